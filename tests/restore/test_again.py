"""Lost acts are done again: the last word counts, whichever request it was said on, and nothing is
done twice.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.consent.person_consent import consent_of
from intake.consent.suppression import suppressed
from intake.contacts import address_hash
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import (
    Channel,
    ConsentEvent,
    Correction,
    Decision,
    Lead,
    Purpose,
    Role,
    StaffMember,
    StaffSession,
    Suppression,
)
from intake.restore.accounts import accounts_again, end_sessions
from intake.restore.recorded import lost
from intake.restore.redo import Redo
from intake.sheet.queue.reading import SeenRow
from intake.staff.sessions import begin
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, staff

ALL = frozenset(Purpose)
NEWS = ("news",)
HASH = address_hash(ADDRESS_KEY, "ana@example.com")


def act(number, kind, *, ref="K7F-2QGX", purposes=NEWS, **changes):
    """An act of that clinic, one minute after the other."""
    at = NOON + timedelta(minutes=number)
    told = {"address": HASH, "detail": "button"} | changes
    return KeptAct(f"u{number}", kind, "riverside", at, ref, purposes=purposes, **told)


@pytest.fixture
def again(session, clinic):
    """`again(acts)`: do those of them again that the database has not."""

    def doing(acts, rows=None):
        session.flush()
        doing_again = Redo(session, clinic, ADDRESS_KEY, NOON + timedelta(days=1), rows or {})
        doing_again.all(acts, lost(session, acts, clinic.key))
        session.flush()
        return doing_again.told

    return doing


def decision(session, lead, purpose=Purpose.NEWS):
    return consent_of(session, lead).stands[purpose, Channel.EMAIL].decision


@pytest.mark.parametrize(
    ("kinds", "ends", "is_suppressed"),
    [
        ((KeptActKind.WITHDRAWN,), Decision.WITHDRAWN, True),
        ((KeptActKind.WITHDRAWN, KeptActKind.LIFTED), Decision.GIVEN, False),
        ((KeptActKind.WITHDRAWN, KeptActKind.AGREED_AGAIN), Decision.GIVEN, True),
        (
            (KeptActKind.WITHDRAWN, KeptActKind.AGREED_AGAIN, KeptActKind.LIFTED),
            Decision.GIVEN,
            False,
        ),
        (
            (KeptActKind.WITHDRAWN, KeptActKind.LIFTED, KeptActKind.WITHDRAWN),
            Decision.WITHDRAWN,
            True,
        ),
        ((KeptActKind.INVALIDATED,), Decision.INVALIDATED, False),
    ],
)
def test_the_last_word_counts(session, lead, again, kinds, ends, is_suppressed):
    ana = lead(agreed_to=ALL)

    again([act(at, kind, ref=ana.ref) for at, kind in enumerate(kinds)])

    assert decision(session, ana) is ends
    assert (Purpose.NEWS in suppressed(session, ana)) is is_suppressed
    assert decision(session, ana, Purpose.CARE) is Decision.GIVEN


def test_an_act_that_allows_and_was_written_late_does_not_outweigh_a_later_withdrawal(
    session, lead, again
):
    ana = lead(agreed_to=ALL)
    first, lifted, second = (
        act(at, kind, ref=ana.ref)
        for at, kind in enumerate(
            (KeptActKind.WITHDRAWN, KeptActKind.LIFTED, KeptActKind.WITHDRAWN)
        )
    )

    again([first, second, lifted])

    assert decision(session, ana) is Decision.WITHDRAWN


def test_a_withdrawal_on_a_lost_request_counts_for_the_person_s_others(session, lead, again):
    ana = lead(agreed_to=ALL)

    again([act(1, KeptActKind.WITHDRAWN, ref="K7F-2QGX")])

    assert decision(session, ana) is Decision.WITHDRAWN


def test_a_withdrawal_of_somebody_who_is_lost_altogether_still_keeps_mail_away(session, again):
    again([act(1, KeptActKind.WITHDRAWN)])

    assert session.scalars(select(Suppression.address_hash)).all() == [HASH]


def test_doing_it_a_second_time_changes_nothing(session, lead, again):
    ana, ben = lead(agreed_to=ALL), lead(agreed_to=ALL, email="ben@example.com")
    acts = [
        act(1, KeptActKind.WITHDRAWN, ref=ana.ref),
        act(2, KeptActKind.INVALIDATED, ref=ben.ref, purposes=("care",)),
        act(3, KeptActKind.ERASED, ref=ben.ref, purposes=(), detail="staff"),
        act(4, KeptActKind.RESTRICTED, ref=ana.ref, purposes=()),
    ]
    again(acts)
    counted = session.scalar(select(func.count()).select_from(ConsentEvent))

    again(acts)

    assert session.scalar(select(func.count()).select_from(ConsentEvent)) == counted
    assert session.get_one(Lead, ben.id).erased_at
    assert ana.restricted_at


def test_what_was_done_again_once_is_not_lost_any_more(session, clinic):
    acts = [act(1, KeptActKind.WITHDRAWN), act(2, KeptActKind.ERASED, purposes=())]
    done = [replace(one, kind=KeptActKind.DONE_AGAIN) for one in acts[:1]]

    assert lost(session, [*acts, *done], clinic.key) == acts[1:]
    assert lost(session, acts, "another clinic") == []


def test_a_lock_that_was_lifted_again_is_not_put_on(session, lead, again):
    ana = lead()

    again([act(1, KeptActKind.RESTRICTED, ref=ana.ref), act(2, KeptActKind.RELEASED, ref=ana.ref)])

    assert ana.restricted_at is None


@pytest.mark.parametrize(
    ("field", "cell", "detail"),
    [
        ("name", "Ana Smith", "full name"),
        ("phone", "+1 613 555 0199", "phone number"),
        ("email", "new@example.com", "email address"),
    ],
)
def test_a_correction_is_read_from_the_sheet_again(session, lead, again, field, cell, detail):
    ana = lead(agreed_to=ALL)
    row = SeenRow(3, {"ref": ana.ref, field: cell})

    told = again(
        [act(1, KeptActKind.CORRECTED, ref=ana.ref, purposes=(), detail=detail)],
        rows={ana.ref: row},
    )

    assert told == []
    [correction] = session.scalars(select(Correction).where(Correction.lead_id == ana.id))
    assert correction.field == field


def test_an_address_that_was_corrected_is_not_mailed_when_the_new_one_is_not_known(
    session, lead, again
):
    ana = lead(agreed_to=ALL)

    told = again([act(1, KeptActKind.CORRECTED, ref=ana.ref, purposes=(), detail="email address")])

    assert ana.email is None
    assert told == [f"{ana.ref}: the email address was corrected on 2026-11-23; correct it again."]
    assert not [sentence for sentence in told if "example.com" in sentence]


def about(number, change, minutes=5):
    return act(
        minutes,
        KeptActKind.ACCOUNT,
        ref="",
        purposes=(),
        address="",
        detail=f"account {number}: {change}",
    )


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("ended", (False, Role.ADMIN, True)),
        ("admin to auditor", (True, Role.AUDITOR, True)),
        ("new link", (True, Role.ADMIN, False)),
        ("password", (True, Role.ADMIN, False)),
        ("opened again", (True, Role.ADMIN, True)),
    ],
)
def test_who_of_the_staff_was_shut_out_stays_out(session, change, state):
    staff(session, Role.OWNER)
    member = staff(session)
    begin(session, member, browser="b", network="n", now=NOON)

    told = list(accounts_again(session, [about(member.id, change)], now=NOON))
    end_sessions(session, now=NOON)
    session.flush()
    session.expire_all()

    found = session.get_one(StaffMember, member.id)
    assert (found.active, found.role, found.password is not None) == state
    assert all(one.ended_at for one in session.scalars(select(StaffSession)))
    assert bool(told) is (change in {"new link", "password", "opened again"})


def test_the_number_of_a_lost_account_may_be_another_s_by_now(session):
    staff(session, Role.OWNER)
    later = staff(session, now=NOON + timedelta(hours=1))

    told = list(accounts_again(session, [about(later.id, "ended"), about(9999, "ended")], now=NOON))

    assert later.active
    assert len(told) == 2


def test_the_last_owner_is_told_of_and_not_ended(session):
    only = staff(session, Role.OWNER)

    told = list(accounts_again(session, [about(only.id, "ended")], now=NOON))

    assert only.active
    assert "last owner" in told[0]
