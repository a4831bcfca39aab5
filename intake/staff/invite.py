"""One-time links: how an account begins, and how it begins anew when a password was forgotten."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import StaffMember
from intake.staff.sessions import end_all, may_come_in

LASTS = timedelta(hours=72)


def invite(member: StaffMember, *, now: datetime) -> str:
    """Make the account a new link and return its token, which is kept nowhere; the one before
    counts no more.
    """
    token = secrets.token_urlsafe(32)
    member.invite_sha256, member.invite_until = _hashed(token), now + LASTS
    return token


def invited(session: Session, token: str, *, now: datetime) -> StaffMember | None:
    """Return whose link it is, as long as it counts."""
    member = session.scalars(
        select(StaffMember).where(StaffMember.invite_sha256 == _hashed(token)).with_for_update()
    ).first()
    if (
        member is None
        or member.invite_until is None
        or member.invite_until <= now
        or not may_come_in(member, now)
    ):
        return None
    return member


def accept(
    session: Session, token: str, password_hash: str, *, now: datetime
) -> StaffMember | None:
    """Use the link up: from now on the account has this password. None when the link counts no
    more.

    What was begun meanwhile, with a passkey, ends as with any new password.
    """
    member = invited(session, token, now=now)
    if member is not None:
        member.password, member.invite_sha256, member.fs_uniquifier = (
            password_hash,
            None,
            uuid4().hex,
        )
        end_all(session, member.id, now=now)
    return member


def is_waiting(member: StaffMember, now: datetime) -> bool:
    """Return whether the account has a link that was not used yet and still counts."""
    return member.invite_sha256 is not None and is_within(member, now)


def is_within(member: StaffMember, now: datetime) -> bool:
    """Return whether the time of its last link is not over: for so long the password alone leads to
    setting up the app.
    """
    return member.invite_until is not None and now < member.invite_until


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
