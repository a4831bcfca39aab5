"""How many statements a page costs: a number that grows unseen, and with it what every patient waits for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from intake.callback.abuse import Manner
from intake.callback.draft import Submission, draft
from intake.callback.outcome import Taken
from intake.callback.submit import submit_together
from intake.consent.record import Circumstances
from intake.models import ConsentEvent, Lead, LedgerEntry, OutboxEntry, Purpose
from tests.factories import ADDRESS_KEY, NOON, answers, shown

EMAIL = {"email": "ana@example.com", "agree_reminders": "y"}
SUBMISSION, OF_SOMEBODY_KNOWN = 7, 9


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
    assert len(said) == SUBMISSION, said


def test_a_submission_of_somebody_who_asked_before_whatever_they_asked(form):
    for at in range(4):
        form.submit(phone=f"416 555 014{at}", **EMAIL)
    stamp = form.stamp()

    with statements(form.house.database) as said:
        page = form.submit(stamp=stamp, follow=False, phone="416 555 0149", **EMAIL)

    assert page.status == 303
    assert len(said) == OF_SOMEBODY_KNOWN, said


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
                answers(phone=f"416 555 {at:04}", email=f"p{at}@example.com", agreed_to={Purpose.NEWS}),
                shown(session, clinic), NOON, where, Manner("", None),
            ), clinic=clinic, address_key=ADDRESS_KEY,
        )
        for at in range(200, 220)
    ]  # fmt: skip

    with statements(database) as said:
        outcomes = submit_together(session, drafts, clinic=clinic, address_key=ADDRESS_KEY)

    assert len(said) == SUBMISSION, said
    assert len({outcome.lead_id for outcome in outcomes if isinstance(outcome, Taken)}) == len(drafts)
    stored = [session.scalar(select(func.count()).select_from(table)) for table in (Lead, ConsentEvent, OutboxEntry)]
    assert stored == [20, 20 * 6, 20 * 2]
    assert session.scalar(select(func.count()).where(LedgerEntry.kind.in_(("consent", "request")))) == 20
