"""Presses on the pages of one person at the same moment: each is decided by what the one before it
left.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake.consent.invalidate import invalidate
from intake.consent.staff_withdrawal import NotRecorded, withdraw_for
from intake.consent.token import THIS_ADDRESS, lead_behind, link_token
from intake.consent.undo import undo
from intake.consent.verification import verify
from intake.consent.withdraw import withdraw
from intake.models import ConsentEvent, ConsentOpening, Decision, Lead, Purpose
from intake.privacy.erase import Ground, erase
from intake.staff.actor import COMMAND_LINE
from tests.consent.telling import BUTTON, NOON
from tests.factories import ADDRESS_KEY, Factory
from tests.waiting import wait_until

ANA = {"email": "ana@example.com", "agree_news": "y", "agree_reminders": "y"}


@pytest.fixture
def pages(served):
    """The pages of two requests with one address."""
    found = [served.submit(phone=f"416 555 014{at}", **ANA) for at in range(2)]
    return [str(page.soup.select_one("a[href^='/consent/']")["href"]) for page in found]


@pytest.fixture
def meanwhile(database):
    """`meanwhile(act, press)`: *press* while the transaction of *act* is open, and return what came
    of it.
    """

    def somebody_waits() -> bool:
        with database.reading() as session:
            return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    def at_once(act: Callable[[Session], object], press: Callable[[], object]) -> object:
        with ThreadPoolExecutor(1) as pool:
            with database.writing() as session:
                act(session)
                session.flush()
                pressing = pool.submit(press)
                # Which lets one writer in after the other, and shows no queue
                if not database.is_sqlite:
                    wait_until(somebody_waits, "the press to wait for what is being decided")
            return pressing.result()

    return at_once


def behind(session, page, clinic):
    return lead_behind(session, page.rpartition("/")[2], clinic.key, hold=True)


def decided(database, *decisions):
    with database.reading() as session:
        return session.scalars(
            select(ConsentEvent.purpose).where(ConsentEvent.decision.in_(decisions))
        ).all()


def stop(session, page, clinic):
    return withdraw(
        session,
        behind(session, page, clinic),
        set(Purpose),
        BUTTON,
        clinic=clinic,
        address_key=ADDRESS_KEY,
        now=NOON,
    )


@pytest.mark.parametrize("on", [0, 1])
def test_what_was_stopped_meanwhile_is_not_stopped_again(
    served, pages, meanwhile, clinic, database, on
):
    one_click = {"List-Unsubscribe": "One-Click"}

    page = meanwhile(
        lambda session: stop(session, pages[0], clinic), lambda: served.post(pages[on], one_click)
    )

    assert page.status == 200
    assert sorted(decided(database, Decision.WITHDRAWN)) == sorted(Purpose)


def test_what_was_taken_back_meanwhile_is_not_taken_back_again(
    served, pages, meanwhile, clinic, database
):
    served.post(f"{pages[0]}/choices", {"stop": "all"})
    back = served.get(pages[0]).soup.select_one("button[name=undo]")["value"]
    before = len(decided(database, Decision.GIVEN))

    def take_back(session):
        undo(session, behind(session, pages[0], clinic), back.split(","), page="/", now=NOON)

    meanwhile(take_back, lambda: served.post(f"{pages[0]}/choices", {"undo": back}))

    assert len(decided(database, Decision.GIVEN)) - before == len(back.split(","))


def test_an_address_is_confirmed_once(served, pages, meanwhile, clinic, database):
    with database.reading() as session:
        code = link_token(behind(session, pages[0], clinic), THIS_ADDRESS)

    meanwhile(
        lambda session: verify(session, behind(session, pages[0], clinic), page="/", now=NOON),
        lambda: served.post(f"{pages[0]}/confirm/{code}", {}),
    )

    assert sorted(decided(database, Decision.VERIFIED)) == sorted(Purpose)


@pytest.mark.parametrize("below", ["", "/choices"])
def test_whoever_was_erased_meanwhile_leaves_nothing(
    served, pages, meanwhile, clinic, database, below
):
    """What a press records holds the person's name and address: after the erasure nobody would look
    for it.
    """
    said = {"stop": "all"} if below else {"List-Unsubscribe": "One-Click"}

    def erase_her(session):
        # As the relay and staff do, who know nothing of the page
        lead = session.scalars(select(Lead).order_by(Lead.id)).first()
        erase(session, lead, COMMAND_LINE, ground=Ground.ASKED, endpoint="test", now=NOON)

    page = meanwhile(erase_her, lambda: served.post(f"{pages[0]}{below}", said))

    assert page.status == 404
    assert decided(database, Decision.WITHDRAWN) == []
    with database.reading() as session:
        first, _ = session.scalars(select(Lead).order_by(Lead.id)).all()
        of_hers = select(ConsentEvent.leaf).where(ConsentEvent.lead_id == first.id)
        assert (
            session.scalars(select(ConsentOpening).where(ConsentOpening.leaf.in_(of_hers))).all()
            == []
        )


def test_what_staff_record_is_decided_by_what_was_said_meanwhile(database, clinic, meanwhile):
    with database.writing() as session:
        ana = Factory(session, clinic)(email="ana@example.com", agreed_to={Purpose.NEWS})

    def stop_news(session):
        lead = session.get_one(Lead, ana.id, with_for_update=True)
        withdraw(
            session, lead, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )

    def record_letter():
        with database.writing() as session:
            told: dict[str, Any] = {
                "by": "letter",
                "received": NOON.astimezone(clinic.time_zone).date(),
                "now": NOON,
            }
            return withdraw_for(
                session, ana.ref, {Purpose.NEWS}, clinic=clinic, address_key=ADDRESS_KEY, **told
            )

    assert meanwhile(stop_news, record_letter).ended == frozenset()
    with database.writing() as session, pytest.raises(NotRecorded, match="nothing to invalidate"):
        invalidate(
            session, ana.ref, Purpose.NEWS, clinic=clinic, reason="a brother wrote it", now=NOON
        )
