"""The queue at the desk: calling order, a page at a time, and one request."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.admin.queue.listing import listing
from intake.admin.queue.spans import due, due_on, span
from intake.models import AccessLogEntry, Act, CallLogEntry, Lead, QueueRow, Role, Status
from intake.sheet.queue.calling_order import calling_order, totals
from intake.sheet.queue.derived_values import day_in, measure_older
from intake.sheet.queue.repeats import other_requests, request_numbers
from tests.conftest import NOON
from tests.factories import Factory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def row(session, clinic, lead, status=Status.NEW, **values):
    session.add(
        QueueRow(lead_id=lead.id, status=status, sheet_status=status, status_at=NOON, **values)
    )
    session.flush()
    measure_older(session, clinic)


@pytest.fixture
def queue(page_database, clinic):
    """`queue(name=…, status=…)` puts a request with a row into the database behind the pages."""

    def put(status=None, *, received=NOON, row=None, **answers):
        with page_database.writing() as session:
            lead = Factory(session, clinic)(now=received, **answers)
            if status:
                session.add(
                    QueueRow(
                        lead_id=lead.id,
                        status=status,
                        sheet_status=status,
                        status_at=NOON,
                        **(row or {}),
                    )
                )
        return lead

    return put


def test_the_order_goes_on_where_the_last_page_ended(session, clinic, lead):
    refs = [lead(now=NOON + at * HOUR).ref for at in range(5)]
    session.flush()

    first = calling_order(session, clinic, limit=2)
    then = calling_order(session, clinic, after=first[-1][0].ref, limit=2)

    assert [one.ref for one, _ in (*first, *then)] == refs[:4]


def test_a_day_to_call_again_puts_a_request_to_that_day(session, clinic, lead):
    again, new = lead(now=NOON - 3 * DAY), lead(now=NOON)
    row(session, clinic, again, Status.CALL_BACK_LATER, follow_up_on="2026-11-24")

    assert [one.ref for one, _ in calling_order(session, clinic)] == [new.ref, again.ref]
    assert day_in("2026-11-24 09:00", clinic.time_zone) == day_in("2026-11-24", clinic.time_zone)
    assert day_in("tomorrow", clinic.time_zone) is None


@pytest.mark.parametrize("field", ["restricted_at", "erased_at", "hold_reason"])
def test_who_is_locked_erased_or_held_is_in_no_list(session, clinic, lead, field):
    ana = lead(phone="416 555 0123")
    ben = lead(phone="416 555 0123", name="Ben")
    setattr(ana, field, "trap" if field == "hold_reason" else NOON)
    session.flush()

    assert [one.ref for one, _ in calling_order(session, clinic)] == [ben.ref]
    assert totals(session, clinic, now=NOON).open == 1
    assert request_numbers(session, [ben]) == {ben.id: 1}
    assert other_requests(session, ben) == []


def test_requests_of_one_number_or_address_within_a_week_are_counted(session, lead):
    old = lead(phone="416 555 0199", now=NOON - 8 * DAY)
    first = lead(phone="416 555 0199", email="ana@example.com", now=NOON - 2 * DAY)
    second = lead(phone="416 555 0198", email="ANA@example.com", now=NOON - DAY)
    third = lead(phone="416 555 0199", now=NOON)
    session.flush()

    assert request_numbers(session, [old, first, second, third]) == {
        old.id: 1,
        first.id: 2,
        second.id: 2,
        third.id: 2,
    }
    assert [(one.ref, one.by) for one in other_requests(session, first)] == [
        (third.ref, "number"),
        (second.ref, "address"),
        (old.ref, "number"),
    ]


def test_spans_are_short():
    said = [span(timedelta(minutes=minutes)) for minutes in (-3, 59, 185, 24 * 60, 49 * 60)]

    assert said == ["0 min", "59 min", "3 h 05 min", "1 day", "2 days"]


def test_when_to_call_is_said_from_now(clinic):
    said = [due(NOON + at, now=NOON, zone=clinic.time_zone) for at in (-HOUR, HOUR, DAY)]

    assert said == ["1 h 00 min late", "in 1 h 00 min", "Tue 24 Nov 2026, 12:00"]
    days = [day_in(day, clinic.time_zone) for day in ("2026-11-20", "2026-11-23", "2026-11-26")]
    assert [due_on(day, now=NOON, zone=clinic.time_zone) for day in days] == [
        "3 days late",
        "today",
        "Thu 26 Nov 2026",
    ]


def test_the_queue_says_what_the_desk_needs_and_is_logged(client, queue, page_database):
    late = queue(
        Status.CLAIMED,
        received=NOON - DAY,
        name="Zuzanna Secret",
        phone="416 555 0123",
        voicemail_ok=True,
        row={"assigned_to": "Joseph"},
    )
    queue(Status.BOOKED, name="Booked")
    new = queue(name="New")
    client.sign_in(Role.FRONT_DESK)

    page = client.get("/admin/queue")

    assert [a["href"] for a in page.soup.select("tbody th a")] == [
        f"/admin/queue/{one.ref}" for one in (late, new)
    ]
    for words in (
        "2 to call",
        "1 later than promised",
        "Zuzanna Secret",
        "416-555-0123",
        "Claimed",
        "Joseph",
    ):
        assert words in page.text
    assert "Booked" not in page.text
    assert page.soup.select_one("a[href='tel:+14165550123']")
    with page_database.reading() as session:
        line = session.scalars(select(AccessLogEntry)).one()
        assert (line.act, line.what, [s.lead_id for s in line.subjects]) == (
            Act.LISTED,
            "queue",
            [late.id, new.id],
        )


def test_an_auditor_sees_references_and_no_persons(client, queue):
    ana = queue(
        Status.CLAIMED,
        name="Zuzanna Secret",
        phone="416 555 0123",
        row={"notes": "her mum", "assigned_to": "x"},
    )
    client.sign_in(Role.AUDITOR)

    for path in ("/admin/queue", f"/admin/queue/{ana.ref}"):
        page = client.get(path)
        assert ana.ref in page.text
        assert not [words for words in ("Zuzanna", "0123", "her mum") if words in str(page.soup)]


def test_an_empty_queue_says_so(client):
    client.sign_in(Role.FRONT_DESK)

    assert "Nobody is waiting for a call." in client.get("/admin/queue").text


def test_a_long_queue_comes_in_pages(page_database, clinic):
    with page_database.writing() as session:
        for at in range(101):
            Factory(session, clinic)(now=NOON + at * timedelta(minutes=1))
        shown = listing(session, clinic, after=None, named=True, now=NOON)
        rest = listing(session, clinic, after=shown.next, named=True, now=NOON)

    assert (len(shown.lines), shown.totals.open, len(rest.lines), rest.next) == (100, 101, 1, None)


def test_a_request_tells_how_to_call_and_leaves_health_out(client, queue, page_database):
    ana = queue(
        name="Zuzanna Secret",
        email="ana@example.com",
        what_hurts="my knee",
        voicemail_ok=True,
        call_language="fr",
    )
    silent = queue(name="Silent")
    with page_database.writing() as session:
        session.add(
            CallLogEntry(
                lead_id=ana.id,
                at=NOON,
                who="sheet",
                changed=["status", "notes"],
                status="No answer",
                transition="find nobody",
                is_attempt=True,
                notes="rang twice",
            )
        )
    client.sign_in(Role.FRONT_DESK)

    page = client.get(f"/admin/queue/{ana.ref}")

    for words in (
        "Zuzanna Secret",
        "Find nobody",
        "rang twice",
        "Waits to be put into the sheet",
        "Je vous rappelle",
    ):
        assert words in page.text
    assert not [words for words in ("my knee", "ana@") if words in page.text]
    assert "Leave no message" in client.get(f"/admin/queue/{silent.ref}").text
    assert client.get("/admin/queue/ABC-DEFG").status == 404


def test_a_closed_request_is_opened_again_with_a_reason(client, queue, page_database):
    ana = queue(Status.NOT_INTERESTED)
    client.sign_in(Role.FRONT_DESK)

    refused = client.send(f"/admin/queue/{ana.ref}")
    done = client.send(f"/admin/queue/{ana.ref}", {"reason": "pressed by mistake"})

    assert refused.errors() == {"reason": "Enter why this request is to be called again"}
    assert done.status == 302
    with page_database.reading() as session:
        assert session.get_one(QueueRow, ana.id).status is Status.NEW
        entry = session.scalars(
            select(AccessLogEntry).where(AccessLogEntry.act == Act.CHANGED)
        ).one()
        assert entry.reason == "pressed by mistake"


def test_a_ban_on_calls_is_lifted_by_an_admin_alone(client, queue, page_database):
    ana = queue(Status.DO_NOT_CALL)
    open_one = queue(Status.BOOKED)
    client.sign_in(Role.FRONT_DESK)

    assert client.get(f"/admin/queue/{ana.ref}").soup.select_one("input[name=reason]") is None
    client.send(f"/admin/queue/{open_one.ref}", {"reason": "x"}, to=f"/admin/queue/{ana.ref}")
    with page_database.reading() as session:
        assert session.get_one(QueueRow, ana.id).status is Status.DO_NOT_CALL

    client.sign_in(Role.ADMIN)
    client.send(f"/admin/queue/{ana.ref}", {"reason": "asked for it in writing"})
    with page_database.reading() as session:
        assert session.get_one(QueueRow, ana.id).status is Status.NEW


def test_a_request_that_the_queue_does_not_show_says_why(client, queue, page_database):
    hidden = {
        "locked": queue(name="Zuzanna Locked"),
        "held": queue(name="Zuzanna Held"),
        "erased": queue(),
    }
    with page_database.writing() as session:
        for name, change in (
            ("locked", {"restricted_at": NOON}),
            ("held", {"hold_reason": "haste"}),
            ("erased", {"erased_at": NOON, "restricted_at": NOON}),
        ):
            for column, value in change.items():
                setattr(session.get_one(Lead, hidden[name].id), column, value)
    ways = {
        Role.FRONT_DESK: {"locked": [], "held": ["/admin/held"], "erased": []},
        Role.AUDITOR: {
            "locked": ["/admin/consents/{}"],
            "held": ["/admin/held"],
            "erased": ["/admin/privacy/{}/certificate"],
        },
        Role.ADMIN: {
            "locked": ["/admin/privacy/{}"],
            "held": ["/admin/held"],
            "erased": ["/admin/privacy/{}/certificate"],
        },
    }

    for role, links in ways.items():
        client.sign_in(role)
        for why, lead in hidden.items():
            page = client.get(f"/admin/queue/{lead.ref}")
            assert page.status == 200
            assert why in page.text.lower()
            assert not [words for words in ("Zuzanna", lead.phone[-4:]) if words in str(page.soup)]
            ways_on = [a["href"] for a in page.soup.select("main a")][1:]
            assert ways_on == [link.format(lead.ref) for link in links[why]]

    assert (
        client.send(
            "/admin/queue", {"reason": "Asked"}, to=f"/admin/queue/{hidden['locked'].ref}"
        ).status
        == 409
    )
    with page_database.reading() as session:
        seen = session.scalars(
            select(AccessLogEntry).where(AccessLogEntry.endpoint.like("queue.request"))
        ).all()
        assert {(line.act, line.what) for line in seen} == {(Act.VIEWED, "state of the record")}
        assert len(seen) == 9
