"""What owners see of the accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake.models import Role, StaffMember
from intake.staff.accounts import WORDS, accounts
from intake.staff.invite import is_waiting, is_within
from intake.staff.second_factor import has_second_factor
from intake.staff.sessions import may_come_in


@dataclass(frozen=True)
class Colleague:
    """One account."""

    number: int
    name: str
    email: str
    role: Role
    role_words: str
    state: str
    is_open: bool
    is_this: bool


def colleagues(
    session: Session, clinic: str, own: int, *, zone: ZoneInfo, now: datetime
) -> list[Colleague]:
    """Return every account of the clinic, seen by the one with the number *own*."""
    return [
        Colleague(
            one.id,
            one.name,
            one.email,
            one.role,
            WORDS[one.role],
            _state(one, zone, now),
            one.active,
            one.id == own,
        )
        for one in accounts(session, clinic)
    ]


def _state(member: StaffMember, zone: ZoneInfo, now: datetime) -> str:
    if not may_come_in(member, now):
        return "ended"
    if is_waiting(member, now):
        return "has a link, not used yet"
    if member.password is None:
        return "the link has run out; make a new one"
    if not has_second_factor(member):
        return "second factor not set up" + ("" if is_within(member, now) else "; make a new link")
    if member.until is not None:
        return (
            f"may come in until {(member.until - timedelta(seconds=1)).astimezone(zone):%Y-%m-%d}"
        )
    return "may come in"
