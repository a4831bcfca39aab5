"""How many statements a page costs: a number that grows unseen, and with it what every patient
waits for.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from intake.callback.abuse import FormBehaviour
from intake.callback.draft import Submission, draft
from intake.callback.outcome import Taken
from intake.callback.submit import submit_together
from intake.consent.record import Circumstances
from intake.consent.token import THIS_ADDRESS, link_token
from intake.models import ConsentEvent, Lead, LedgerEntry, OutboxEntry, Purpose, Role
from tests.factories import ADDRESS_KEY, NOON, answers, shown

EMAIL = {"email": "ana@example.com", "agree_reminders": "y"}
# PostgreSQL runs the inserts of one act as one statement
SUBMISSION, OF_SOMEBODY_KNOWN = {"sqlite": 7, "postgresql": 4}, {"sqlite": 8, "postgresql": 5}
WITHDRAWAL, PRESS = {"sqlite": 8, "postgresql": 6}, {"sqlite": 7, "postgresql": 5}
PAGE_OF_CONSENT, PERSON = 2, 8


@contextmanager
def statements(database) -> Iterator[list[str]]:
    """The statements of the block, without those that begin or end a transaction."""
    said: list[str] = []

    def listen(*call: object) -> None:
        if not str(call[2]).startswith(("BEGIN", "COMMIT")):
            said.append(str(call[2]))

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)


@pytest.fixture
def form(served):
    """A client that has opened the form, so that nothing is asked for the first time."""
    served.stamp()
    served.submit(phone="416 555 0199", email="first@example.com", agree_news="y")
    return served


def test_a_submission(form):
    stamp = form.stamp()

    with statements(form.house.database) as said:
        page = form.submit(stamp=stamp, follow=False, **EMAIL)

    assert page.status == 303
    assert len(said) == SUBMISSION[form.house.database.engine.name], said


def test_a_submission_of_somebody_who_asked_before_whatever_they_asked(form):
    for at in range(4):
        form.submit(phone=f"416 555 014{at}", **EMAIL)
    stamp = form.stamp()

    with statements(form.house.database) as said:
        page = form.submit(stamp=stamp, follow=False, phone="416 555 0149", **EMAIL)

    assert page.status == 303
    assert len(said) == OF_SOMEBODY_KNOWN[form.house.database.engine.name], said


def test_a_form_that_is_refused_asks_the_database_nothing(form):
    stamp = form.stamp()

    with statements(form.house.database) as said:
        page = form.submit(stamp=stamp, follow=False, phone="12")

    assert (page.status, said) == (422, [])


def test_many_that_wait_together_take_as_many_statements_as_one(database, session, clinic):
    where = Circumstances(network="203.0.113.0/24", network_hash="h", browser="Firefox")
    drafts = [
        draft(
            Submission(
                answers(
                    phone=f"416 555 {at:04}", email=f"p{at}@example.com", agreed_to={Purpose.NEWS}
                ),
                shown(session, clinic),
                NOON,
                where,
                FormBehaviour("", None),
            ),
            clinic=clinic,
            address_key=ADDRESS_KEY,
        )
        for at in range(200, 220)
    ]

    with statements(database) as said:
        outcomes = submit_together(session, drafts, clinic=clinic, address_key=ADDRESS_KEY)

    assert len(said) == SUBMISSION[database.engine.name], said
    assert len({outcome.lead_id for outcome in outcomes if isinstance(outcome, Taken)}) == len(
        drafts
    )
    stored = [
        session.scalar(select(func.count()).select_from(table))
        for table in (Lead, ConsentEvent, OutboxEntry)
    ]
    assert stored == [20, 20 * 6, 20 * 2]
    assert (
        session.scalar(select(func.count()).where(LedgerEntry.kind.in_(("consent", "request"))))
        == 20
    )


@pytest.fixture
def ana(form):
    """Somebody who asked four times with one address: the page of her last request."""
    for at in range(4):
        page = form.submit(phone=f"416 555 014{at}", **EMAIL)
    return str(page.soup.select_one("a[href^='/consent/']")["href"])


def confirm_address(client, page):
    with client.house.database.reading() as session:
        lead = session.scalars(select(Lead).order_by(Lead.id.desc()).limit(1)).one()
    return f"{page}/confirm/{link_token(lead, THIS_ADDRESS)}"


@pytest.mark.parametrize("below", ["", "/receipt.json", "/receipt-kantara.json", "/confirm"])
def test_what_tells_of_a_persons_consent_reads_it_once(form, ana, below):
    address = confirm_address(form, ana) if below == "/confirm" else f"{ana}{below}"

    with statements(form.house.database) as said:
        page = form.get(address)

    assert page.status == 200
    assert len(said) == PAGE_OF_CONSENT, said


def test_a_one_click_withdrawal(form, ana):
    with statements(form.house.database) as said:
        page = form.post(ana, {"List-Unsubscribe": "One-Click"})

    assert page.status == 200
    assert len(said) == WITHDRAWAL[form.house.database.engine.name], said


def test_a_press_on_a_button_of_the_page_of_consent(form, ana):
    with statements(form.house.database) as stopping:
        form.post(f"{ana}/choices", {"stop": "all"})
    undo = form.get(ana).soup.select_one("button[name=undo]")["value"]
    with statements(form.house.database) as undoing:
        form.post(f"{ana}/choices", {"undo": undo})
    # Takes the address off the list, where that was missing
    with statements(form.house.database) as confirming:
        form.post(confirm_address(form, ana), {})

    for said in (stopping, undoing, confirming):
        assert len(said) == PRESS[form.house.database.engine.name], said


def test_an_admins_look_at_a_person(form, ana):
    with form.house.database.reading() as session:
        ref = session.scalars(select(Lead.ref).order_by(Lead.id.desc()).limit(1)).one()
    form.sign_in(Role.OWNER)

    with statements(form.house.database) as said:
        page = form.get(f"/admin/consents/{ref}")

    assert page.status == 200
    assert len(said) == PERSON, said
