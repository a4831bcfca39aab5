"""An act that was copied and never committed is done all the same, unless it may be about to be
committed.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.consent.person_consent import consent_of
from intake.db import Database
from intake.ledger.keeper import Keeper
from intake.models import Channel, ConsentEvent, Decision, Lead, Purpose
from intake.privacy.erase import Ground, erase
from intake.restore.catching_up import GRACE, CatchingUp
from intake.restore.mode import RestoreMode
from intake.restore.restoring import RestoreTarget
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY

ALL = frozenset(Purpose)
LATER = NOON + GRACE + timedelta(seconds=1)


class Killed(Exception):
    """The process dies between the two lines."""


class Dies(Keeper):
    def before_commit(self, session):
        super().before_commit(session)
        raise Killed


@pytest.fixture
def dying(kept, file):
    """A process that copies its acts and dies before it commits them."""
    database = Database(kept.url.render_as_string(hide_password=False), keeper=Dies(file))
    yield database
    database.dispose()


@pytest.fixture
def catching_up(kept, clinic, folder, file):
    return CatchingUp(
        RestoreTarget(kept, clinic, folder, file, ADDRESS_KEY), RestoreMode(kept, folder)
    )


def stands(kept, lead):
    with kept.reading() as session:
        return (
            consent_of(session, session.get_one(Lead, lead.id))
            .stands[Purpose.NEWS, Channel.EMAIL]
            .decision
        )


def count(kept):
    with kept.reading() as session:
        return session.scalar(select(func.count()).select_from(ConsentEvent))


def test_a_withdrawal_and_an_erasure_that_were_not_committed_are_done(
    doing, kept, dying, catching_up
):
    ana, ben = doing.ask(agreed_to=ALL), doing.ask(agreed_to=ALL, email="ben@example.com")
    doing.database = dying
    with pytest.raises(Killed):
        doing.withdraw(ana, Purpose.NEWS)

    def erase_ben():
        with dying.writing() as session:
            erase(
                session,
                session.get_one(Lead, ben.id),
                COMMAND_LINE,
                ground=Ground.ASKED,
                endpoint="test",
                now=NOON,
            )

    with pytest.raises(Killed):
        erase_ben()

    catching_up.step(NOON + timedelta(seconds=1))
    assert stands(kept, ana) is Decision.GIVEN, "its transaction may be about to be committed"
    catching_up.step(LATER)

    assert stands(kept, ana) is Decision.WITHDRAWN
    with kept.reading() as session:
        assert session.get_one(Lead, ben.id).erased_at
    before = count(kept)
    catching_up.step(LATER)
    catching_up.step(LATER + timedelta(days=1))
    assert count(kept) == before, "once"


def test_what_was_committed_is_left_alone(doing, kept, catching_up):
    ana = doing.ask(agreed_to=ALL)
    doing.withdraw(ana, *ALL)
    before = count(kept)

    catching_up.step(LATER)

    assert count(kept) == before
