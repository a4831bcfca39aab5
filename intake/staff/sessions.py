"""Sessions of staff: each browser that came in has a line that can be listed and ended (ASVS 5
V7.2, V7.3).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.db import LARGEST_ID
from intake.models import StaffMember, StaffSession
from intake.staff.second_factor import has_second_factor

IDLE = timedelta(minutes=20)
"""Without a click for this long, a session ends: the front desk's screen stands in a room with
patients.
"""
LONGEST = timedelta(hours=10)
"""After this long it ends whatever happens: a working day."""
FRESH = timedelta(minutes=10)
"""How long a sign-in counts for what needs a fresh one: exports, erasure, roles, publishing."""
TOUCH = timedelta(minutes=1)
"""How exactly the last click is kept; each click would be a write."""


@dataclass(frozen=True)
class ActiveSession:
    """A session that stands, and whose it is."""

    session: StaffSession
    member: StaffMember

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the person showed lately that it is them."""
        return timedelta() <= now - self.session.fresh_at < FRESH


def begin(
    session: Session, member: StaffMember, *, browser: str, network: str, now: datetime
) -> str:
    """Begin a session and return its key, which only the cookie holds."""
    key = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            key_sha256=_hashed(key),
            staff_id=member.id,
            browser=browser[:60],
            network=network[:60],
            created_at=now,
            seen_at=now,
            fresh_at=now,
        )
    )
    return key


def standing(session: Session, key: str, *, now: datetime) -> ActiveSession | None:
    """Return the session of *key*, when it stands and its owner may come in."""
    found = session.execute(
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.key_sha256 == _hashed(key), StaffSession.ended_at.is_(None))
    ).first()
    if found is None:
        return None
    kept, member = found
    stands = timedelta() <= now - kept.created_at < LONGEST and now - kept.seen_at < IDLE
    came_in_whole = may_come_in(member, now) and has_second_factor(member)
    return ActiveSession(kept, member) if stands and came_in_whole else None


def may_come_in(member: StaffMember, now: datetime) -> bool:
    """Return whether the account is open: not ended, and within its visit."""
    return member.active and (member.until is None or now < member.until)


def touch(session: Session, kept: StaffSession, *, now: datetime) -> None:
    """Note that the person is still there."""
    session.execute(update(StaffSession).where(StaffSession.id == kept.id).values(seen_at=now))


def renew(session: Session, key: str, *, now: datetime) -> None:
    """Note that the person has just shown again that it is them."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.key_sha256 == _hashed(key))
        .values(fresh_at=now, seen_at=now)
    )


def end(session: Session, key: str, *, now: datetime) -> None:
    """End the session of *key*; nothing happens to one that has ended."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.key_sha256 == _hashed(key), StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all(session: Session, staff_id: int, *, now: datetime, but: int | None = None) -> int:
    """End every session of an account, *but* one; returns how many."""
    ended = session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.id != (but or 0),
        )
        .values(ended_at=now)
        .returning(StaffSession.id)
    )
    return len(ended.all())


def end_one(session: Session, staff_id: int, session_id: int, *, now: datetime) -> bool:
    """End one session of the account; False when there is no such one."""
    if not 0 < session_id <= LARGEST_ID:
        return False
    ended = session.execute(
        update(StaffSession)
        .where(
            StaffSession.id == session_id,
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(StaffSession.id)
    ).first()
    return ended is not None


def standing_sessions(session: Session, staff_id: int, *, now: datetime) -> Sequence[StaffSession]:
    """Return the sessions of an account that stand, the one that was used last first."""
    return session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .where(StaffSession.created_at > now - LONGEST, StaffSession.seen_at > now - IDLE)
        .order_by(StaffSession.seen_at.desc(), StaffSession.id)
    ).all()


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
