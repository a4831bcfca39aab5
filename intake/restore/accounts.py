"""Accounts of staff after a restore: who was shut out since the backup must not come in again."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import Role, StaffMember, StaffSession
from intake.staff.accounts import WORDS, NotChanged, StaffAction, change_role, end_account
from intake.staff.actor import COMMAND_LINE

ABOUT = re.compile(r"account (\d+): (.*)")
ROLES: dict[str, Role] = {words: role for role, words in WORDS.items()}


def end_sessions(session: Session, *, now: datetime) -> None:
    """End every session: one that was ended since the backup would stand again."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def accounts_again(session: Session, lost: Iterable[KeptAct], *, now: datetime) -> Iterator[str]:
    """Do the *lost* changes again, and say what somebody must do.

    An ended account is ended, a role is what it was made. A password that was taken back or chosen
    anew is taken back: the one in the backup may be the one that somebody stole.
    """
    by = StaffAction(COMMAND_LINE, "intake restore", now)
    for act in lost:
        told = ABOUT.fullmatch(act.detail) if act.kind is KeptActKind.ACCOUNT else None
        if told is None:
            continue
        number, change = int(told[1]), told[2]
        member = session.get(StaffMember, number)
        # The number of a lost account may be another's by now
        if member is None or member.created_at > act.at:
            yield (
                f"Account {number}, made after the backup, is lost: “intake staff add” makes "
                "it again."
            )
            continue
        try:
            yield from _again(session, member, change, by)
        except NotChanged as problem:
            yield f"Account {number} ({change}): {problem}"


def _again(session: Session, member: StaffMember, change: str, by: StaffAction) -> Iterator[str]:
    role = ROLES.get(change.rpartition(" to ")[2])
    if change == "ended":
        end_account(session, member, by=by)
    elif role:
        change_role(session, member, role, by=by)
    elif change == "opened again":
        yield (
            f"Account {member.id} was opened again after the backup; open it again if it is closed."
        )
    else:
        member.password = None
        yield (
            f"Account {member.id} ({change}): the password in the backup does not count; "
            "“intake staff reset” helps."
        )
