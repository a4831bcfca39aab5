"""One request at the desk: everything that the page promises about the person, the calls and the
row in the sheet.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from intake.admin.queue.request import request_of
from intake.models import CallLogEntry, OutboxEntry, QueueRow, Role, Status, Topic
from tests.conftest import NOON
from tests.factories import Factory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT = "Mon 23 Nov 2026, 12:00"


@pytest.fixture
def asked(session, lead):
    """`asked(status=…, **row)` is a request with a row, of which nothing waits."""

    def store(*, status=Status.NEW, delivered=NOON, answers=None, **row):
        found = lead(**(answers or {}))
        session.flush()
        session.add(
            QueueRow(lead_id=found.id, status=status, sheet_status=status, status_at=NOON, **row)
        )
        session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.lead_id == found.id)
            .values(delivered_at=delivered)
        )
        session.flush()
        session.expire_all()
        return found

    return store


def shown(session, clinic, lead, *, named=True):
    return request_of(session, clinic, lead.ref, named=named, now=NOON)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, f"In the sheet since {AT}."),
        ({"delivered": None}, f"Waits to be put into the sheet since {AT}."),
        ({"delivered": None, "removed_at": NOON}, f"Waits to be put into the sheet since {AT}."),
        (
            {"taken_out_at": NOON, "removed_at": NOON - DAY},
            f"Taken out of the sheet by us on {AT}.",
        ),
        (
            {"removed_at": NOON, "missing_since": NOON - HOUR},
            f"Staff deleted its row; seen on {AT}.",
        ),
        ({"missing_since": NOON}, f"Its row is missing from the sheet since {AT}."),
        (
            {"is_duplicated": True},
            (
                "Its row is in the sheet twice: nothing that staff write there counts until "
                "one copy is gone."
            ),
        ),
    ],
)
def test_where_the_row_stands_is_said_in_a_sentence(session, clinic, asked, row, said):
    assert shown(session, clinic, asked(**row)).sheet == said


def test_a_row_that_was_never_delivered_is_called_so(session, clinic, asked):
    lead = asked()
    session.execute(
        update(OutboxEntry).where(OutboxEntry.topic == Topic.QUEUE_ROW).values(topic=Topic.LINK)
    )

    assert shown(session, clinic, lead).sheet == "It was never put into the sheet."


def test_the_facts_of_a_call_and_how_long_one_may_call(session, clinic, asked):
    lead = asked(answers={"best_time": "evening", "consult_by": "online"})

    assert dict(shown(session, clinic, lead).facts) == {
        "Received": AT,
        "Call by": "Mon 23 Nov 2026, 13:30",
        "Best time": "Evening",
        "Consult with": "Physiotherapist",
        "Consult by": "Online (video call)",
        "May be called until": "Sun 23 May 2027, 13:00",
    }
    at_any_time = asked(answers={"best_time": None})
    assert dict(shown(session, clinic, at_any_time).facts)["Best time"] == "Any time"


def test_email_and_health_are_shown_where_the_clinic_has_them_in_its_queue_and_never_to_an_auditor(
    session, clinic, asked
):
    lead = asked(
        answers={"email": "ana@example.com", "what_hurts": "my knee", "services": ("acupuncture",)}
    )
    extra = clinic.queue.model_copy(update={"extra_columns": ("email", "what_hurts")})
    open_clinic = clinic.model_copy(update={"queue": extra})

    told, usual = (dict(shown(session, each, lead).facts) for each in (open_clinic, clinic))

    assert (told["Email"], told["In their words"]) == ("ana@example.com", "my knee")
    assert "Services" not in told, "it is not among the clinic's columns"
    assert not {"Email", "In their words"} & usual.keys()
    assert (
        not {"Email", "In their words"}
        & dict(shown(session, open_clinic, lead, named=False).facts).keys()
    )


@pytest.mark.parametrize(
    ("answers", "begins"),
    [
        ({"voicemail_ok": True}, "Hello, this is"),
        ({"voicemail_ok": True, "call_language": "fr"}, "Bonjour, ici"),
        ({"voicemail_ok": False}, ""),
    ],
)
def test_what_may_be_said_to_a_machine_tells_nothing_of_the_person(
    session, clinic, asked, answers, begins
):
    lead = asked(answers=answers)

    said = shown(session, clinic, lead).voicemail

    assert said.startswith(begins)
    assert bool(said) is answers["voicemail_ok"]
    assert not [word for word in (lead.name, clinic.display_name, "physio") if word in said]


def test_calls_stand_newest_first_with_what_was_written(session, clinic, asked):
    lead = asked()
    common = {"lead_id": lead.id, "who": "sheet"}
    session.add_all(
        [
            CallLogEntry(
                at=NOON,
                changed=["status", "notes"],
                status=Status.NO_ANSWER,
                transition="find_nobody",
                is_attempt=True,
                notes="rang twice",
                **common,
            ),
            CallLogEntry(
                at=NOON + HOUR,
                changed=["notes"],
                status=Status.NO_ANSWER,
                is_attempt=False,
                notes="her mum answered",
                **common,
            ),
            CallLogEntry(
                at=NOON + 2 * HOUR,
                changed=["assigned_to"],
                status=Status.NO_ANSWER,
                is_attempt=False,
                notes="her mum answered",
                **common,
            ),
        ]
    )
    session.flush()

    calls = shown(session, clinic, lead).calls

    assert [(call.what, call.is_attempt, call.notes) for call in calls] == [
        ("Assigned to written", False, ""),
        ("Notes written", False, "her mum answered"),
        ("Find nobody", True, "rang twice"),
    ]
    assert calls[-1].at == AT
    assert {call.notes for call in shown(session, clinic, lead, named=False).calls} == {""}


@pytest.mark.parametrize(
    ("status", "can_reopen", "is_forbidden"),
    [
        (Status.NEW, False, False),
        (Status.NO_ANSWER, False, False),
        (Status.BOOKED, True, False),
        (Status.DO_NOT_CALL, True, True),
    ],
)
def test_only_what_is_closed_can_be_opened_again(
    session, clinic, asked, status, can_reopen, is_forbidden
):
    found = shown(session, clinic, asked(status=status))

    assert (found.can_reopen, found.is_forbidden) == (can_reopen, is_forbidden)


def test_another_clinics_request_is_not_found(session, clinic, asked):
    lead = asked()
    elsewhere = clinic.model_copy(update={"key": "elsewhere"})

    assert shown(session, elsewhere, lead) is None


def test_the_page_links_the_other_requests_of_the_person(client, page_database, clinic):
    with page_database.writing() as session:
        add = Factory(session, clinic)
        first = add(phone="416 555 0199", now=NOON - DAY)
        second = add(phone="416 555 0199", name="Ana again")
        nobody = add(phone="416 555 0177")
    client.sign_in(Role.FRONT_DESK)

    page = client.get(f"/admin/queue/{second.ref}")

    rows = page.soup.select(
        "table[aria-label], [aria-label='Other requests of this person'] tbody tr"
    )
    assert [row.get_text(" ", strip=True) for row in rows] == [
        f"{first.ref} Sun 22 Nov 2026, 12:00 New number"
    ]
    assert page.soup.select_one(f"a[href='/admin/queue/{first.ref}']")
    assert "2nd request" in page.text
    assert "None with the same number or address." in client.get(f"/admin/queue/{nobody.ref}").text


def test_a_long_queue_is_walked_through_page_by_page(client, page_database, clinic):
    with page_database.writing() as session:
        refs = [
            Factory(session, clinic)(now=NOON + at * timedelta(seconds=1)).ref for at in range(101)
        ]
    client.sign_in(Role.FRONT_DESK)

    first = client.get("/admin/queue")
    following = next(a["href"] for a in first.soup.select("main a") if "after=" in a["href"])
    second = client.get(following)

    assert [a.get_text() for a in first.soup.select("tbody th a")] == refs[:100]
    assert [a.get_text() for a in second.soup.select("tbody th a")] == refs[100:]
    assert not [
        a for a in second.soup.select("main a") if refs[100] in a["href"] and "after=" in a["href"]
    ]
