"""The privacy room's pages, as an admin and an auditor use them."""

import json

import pytest
from sqlalchemy import select

from intake.consent.reconcile import reconcile
from intake.models import AccessLogEntry, Act, Lead, OutboxEntry, Purpose, Role, Topic
from tests.factories import Factory

DATA = "contact details, what hurts, corrections"


@pytest.fixture
def ana(page_database, clinic):
    with page_database.writing() as session:
        return Factory(session, clinic)(
            name="Ana Nowak", phone="613 555 0199", agreed_to={Purpose.NEWS}
        )


@pytest.fixture
def place(ana):
    return f"/admin/privacy/{ana.ref}"


def looks(database):
    with database.reading() as session:
        return [
            (one.act, one.what, one.reason, [who.lead_id for who in one.subjects])
            for one in session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id))
        ]


def stored(database, lead):
    with database.reading() as session:
        return session.get_one(Lead, lead.id)


def test_a_request_is_found_by_its_reference(client, ana, place):
    client.sign_in(Role.ADMIN)

    assert client.send("/admin/privacy", {"ref": ana.ref.lower()}).response.location == place
    assert (
        client.send("/admin/privacy", {"ref": "K7F-2QGX"})
        .errors()["ref"]
        .startswith("There is no request")
    )
    assert client.get("/admin/privacy/K7F-2QGX").response.location == "/admin/privacy"
    assert "There is no request K7F-2QGX" in client.get("/admin/privacy").text


def test_an_admin_sees_what_the_person_said_and_the_log_knows(client, page_database, ana, place):
    client.sign_in(Role.ADMIN)

    page = client.get(place)

    assert "Ana Nowak" in page.text
    assert "+16135550199" in page.text
    assert looks(page_database) == [(Act.VIEWED, DATA, None, [ana.id])]


def test_an_auditor_sees_the_state_alone(client, page_database, place):
    client.sign_in(Role.AUDITOR)

    page = client.get(place)

    assert "Nowak" not in page.text
    assert not page.soup.select("main form")
    assert looks(page_database)[0][1] == "state of the record"
    assert client.get(f"{place}/erase").status == 403


def test_a_locked_record_is_opened_with_a_reason_only(client, page_database, ana, place):
    client.sign_in(Role.ADMIN)

    assert client.send(place, {"lock-reason": " "}, to=f"{place}/restrict").summary() == {
        "lock-reason": "Say why"
    }
    client.send(place, {"lock-reason": "she asked"}, to=f"{place}/restrict")
    assert "Nowak" not in client.get(place).text
    assert ana.ref in client.get("/admin/privacy").text
    assert client.send(place, {}, to=f"{place}/open").summary() == {"open-reason": "Say why"}
    opened = client.send(place, {"open-reason": "she complained"}, to=f"{place}/open")

    assert "Ana Nowak" in opened.text
    assert looks(page_database)[-1] == (Act.OPENED, DATA, "she complained", [ana.id])
    wrong = client.post(
        f"{place}/correct", {"csrf_token": client.get("/admin/privacy").value("csrf_token")}
    )
    assert "Nowak" not in wrong.text, "a correction without a reason opens nothing"
    client.send(place, {"lock-reason": "she agreed"}, to=f"{place}/release")
    assert "Ana Nowak" in client.get(place).text


def test_a_field_is_corrected_and_what_stood_there_is_shown(client, page_database, ana, place):
    client.sign_in(Role.ADMIN)
    wrong = client.send(
        place,
        {"correct-field": "phone", "correct-value": "12", "correct-reason": "rang"},
        to=f"{place}/correct",
    )
    assert wrong.errors() == {
        "correct-value": "Enter a phone number with its area code, like 416 555 0123."
    }
    assert wrong.value("correct-value") == "12"

    client.send(
        place,
        {"correct-field": "name", "correct-value": "Anna Nowak", "correct-reason": "rang"},
        to=f"{place}/correct",
    )

    page = client.get(place)
    assert "Corrected. The row in the sheet follows" in page.text
    assert "Ana Nowak Anna Nowak rang" in page.text
    assert stored(page_database, ana).name == "Anna Nowak"


def test_everything_held_is_given_as_a_page_and_as_json(client, page_database, ana, place):
    client.sign_in(Role.ADMIN)

    page = client.send(
        place, {"export-reason": "she asked, showed her card", "as": "page"}, to=f"{place}/export"
    )
    sent = client.send(
        place, {"export-reason": "she asked", "as": "json"}, to=f"{place}/export"
    ).response

    assert "Ana Nowak" in page.text
    assert "What you agreed to or refused" in page.text
    assert json.loads(sent.data)["request"]["name"] == "Ana Nowak"
    assert sent.headers["Content-Disposition"] == f'attachment; filename="held-{ana.ref}.json"'
    assert [one[:3] for one in looks(page_database) if one[0] is Act.EXPORTED] == [
        (Act.EXPORTED, "everything held", "she asked, showed her card"),
        (Act.EXPORTED, "everything held", "she asked"),
    ]


def test_erasing_needs_a_fresh_sign_in_and_saying_it_twice(
    client, clock, page_database, clinic, ana, place
):
    client.sign_in(Role.ADMIN)
    erase = f"{place}/erase"
    assert client.send(erase, {"ref": ana.ref}).errors() == {"sure": "Tick this if you are sure"}
    assert (
        "type that reference"
        in client.send(erase, {"ref": "K7F-2QGX", "sure": "y"}).errors()["ref"]
    )
    assert stored(page_database, ana).name == "Ana Nowak"

    done = client.send(erase, {"ref": ana.ref, "sure": "y"})

    assert done.response.location == f"{place}/certificate"
    certificate = client.get(done.response.location)
    assert "was erased. The database’s files were rewritten" in certificate.text
    assert json.loads(client.get(f"{place}/certificate.json").response.data)["request"] == ana.ref
    assert stored(page_database, ana).name == ""
    assert client.get(place).text.count("Certificate") == 1
    assert client.get(erase).response.location == "/admin/privacy"
    with page_database.reading() as session:
        assert list(reconcile(session, clinic.key)) == []
        assert not session.scalars(
            select(OutboxEntry).where(OutboxEntry.topic == Topic.REMOVE_ROW)
        ).all()


def test_the_certificate_is_for_auditors_too_and_only_of_who_was_erased(client, place):
    client.sign_in(Role.AUDITOR)

    assert client.get(f"{place}/certificate").response.location == "/admin/privacy"
