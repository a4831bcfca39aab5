"""Requests that look like a machine's: anybody of the desk sees them and lets go who is real."""

from sqlalchemy import select

from intake.models import AccessLogEntry, Act, Lead, OutboxEntry, Role, Topic


def test_a_patient_who_was_taken_for_a_machine_is_put_into_the_queue(client, page_database):
    client.submit(name="Zuzanna Secret", website="x")
    client.sign_in(Role.FRONT_DESK)
    assert "1 request held back" in client.get("/admin/queue").text
    page = client.get("/admin/held")
    assert "Zuzanna Secret" in page.text
    assert "filled in a field that people do not see" in page.text

    done = client.send("/admin/held", to=page.soup.select_one("main form")["action"])

    assert done.status == 302
    assert "is in the queue now" in client.get("/admin/held").text
    with page_database.reading() as session:
        lead = session.scalars(select(Lead)).one()
        assert lead.hold_reason is None
        assert session.scalars(select(OutboxEntry.topic)).all() == [Topic.QUEUE_ROW]
        noted = session.scalars(
            select(AccessLogEntry).where(AccessLogEntry.act == Act.RELEASED)
        ).one()
        assert [subject.lead_id for subject in noted.subjects] == [lead.id]


def test_an_auditor_sees_references_alone(client):
    client.submit(name="Zuzanna Secret", website="x")
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/held")

    assert "Zuzanna" not in page.text
    assert not page.soup.select("main form")
