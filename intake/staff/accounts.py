"""Accounts: who of the clinic may come in, as what, and until when. Each change stands in the
access log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intake.contacts import NotAnEmail, parse_email
from intake.db import LARGEST_ID
from intake.models import Act, Role, StaffMember
from intake.staff.access_log import note
from intake.staff.account_record import bind_account
from intake.staff.actor import Actor
from intake.staff.invite import invite
from intake.staff.sessions import end_all

WORDS = {
    Role.FRONT_DESK: "front desk",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin",
    Role.OWNER: "owner",
}
"""What people call the roles."""


class NotChanged(Exception):
    """The account stays as it was; the message says why, and what to do."""


@dataclass(frozen=True)
class StaffAction:
    """Who changes accounts, on which page or by which command, and when."""

    person: Actor
    endpoint: str
    now: datetime


def accounts(session: Session, clinic: str) -> Sequence[StaffMember]:
    """Return every account of the clinic, by name."""
    return session.scalars(
        select(StaffMember)
        .where(StaffMember.clinic == clinic)
        .order_by(StaffMember.name, StaffMember.id)
    ).all()


def account_of(session: Session, clinic: str, which: int | str) -> StaffMember:
    """Return the account of this number or email address. Raises `NotChanged` when there is
    none.
    """
    if isinstance(which, int):
        wanted = StaffMember.id == min(which, LARGEST_ID)
    else:
        wanted = StaffMember.email == which.strip().lower()
    member = session.scalars(
        select(StaffMember).where(StaffMember.clinic == clinic, wanted)
    ).first()
    if member is None:
        raise NotChanged("There is no such account.")
    return member


def add_account(
    session: Session,
    clinic: str,
    *,
    email: str,
    name: str,
    role: Role,
    by: StaffAction,
    until: datetime | None = None,
) -> tuple[StaffMember, str]:
    """Return a new account, and the token of its one-time link. It has no password: the link's
    owner chooses one.
    """
    address = _address(email)
    if (
        session.scalars(select(StaffMember.id).where(StaffMember.email == address)).first()
        is not None
    ):
        raise NotChanged("There is an account with this email address already.")
    member = StaffMember(
        clinic=clinic,
        email=address,
        name=name.strip(),
        role=role,
        until=until,
        created_at=by.now,
        fs_uniquifier=uuid4().hex,
        fs_webauthn_user_handle=uuid4().hex,
    )
    token = invite(member, now=by.now)
    session.add(member)
    session.flush()
    bind_account(session, member, now=by.now)
    _note(session, member, f"made, {WORDS[role]}", by=by)
    return member, token


def change_role(session: Session, member: StaffMember, role: Role, *, by: StaffAction) -> None:
    """What the person may do from now on; pages that are open ask again with the next click."""
    if role is member.role:
        return
    if member.role is Role.OWNER:
        _require_another_owner(session, member, by.now)
    change = f"{WORDS[member.role]} to {WORDS[role]}"
    member.role = role
    bind_account(session, member, now=by.now)
    _note(session, member, change, by=by)


def end_account(session: Session, member: StaffMember, *, by: StaffAction) -> None:
    """Nobody comes in with this account any more; who is in is out at once."""
    if not member.active:
        return
    if member.role is Role.OWNER:
        _require_another_owner(session, member, by.now)
    member.active, member.invite_sha256, member.invite_until = False, None, None
    end_all(session, member.id, now=by.now)
    bind_account(session, member, now=by.now)
    _note(session, member, "ended", by=by)


def reopen_account(
    session: Session, member: StaffMember, *, by: StaffAction, until: datetime | None = None
) -> None:
    """The account counts again, until a new end where one is given."""
    member.active, member.until = True, until
    bind_account(session, member, now=by.now)
    _note(session, member, "opened again", by=by)


def reset_account(
    session: Session, member: StaffMember, *, by: StaffAction, second_factor: bool = False
) -> str:
    """Take the password back, end every session, and return the token of a new one-time link.

    The second factor stays, so that a link in wrong hands opens nothing, unless it was lost itself.
    """
    member.password = None
    member.fs_uniquifier = uuid4().hex  # a sign-in that is half done counts no more
    if second_factor:
        member.tf_primary_method = member.tf_totp_secret = member.mf_recovery_codes = None
        member.webauthn.clear()
    end_all(session, member.id, now=by.now)
    what = "new link, second factor taken back" if second_factor else "new link"
    _note(session, member, what, by=by)
    return invite(member, now=by.now)


def set_password(
    session: Session, staff_id: int, password_hash: str, *, keep: int, now: datetime
) -> str:
    """Set a new password of the person's own choice; every session but *keep* ends.

    Returns the account's new identifier, by which that one goes on: a sign-in that was half done
    under the password before counts no more, as it holds the former one.
    """
    member = session.get_one(StaffMember, staff_id)
    member.password, member.fs_uniquifier = password_hash, uuid4().hex
    end_all(session, staff_id, now=now, but=keep)
    return member.fs_uniquifier


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a visit with this last day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _address(email: str) -> str:
    try:
        return parse_email(email).lower()
    except NotAnEmail:
        raise NotChanged("This is no email address; it looks like name@clinic.ca.") from None


def _require_another_owner(session: Session, member: StaffMember, now: datetime) -> None:
    others = session.scalars(
        select(StaffMember.id)
        .where(
            StaffMember.clinic == member.clinic, StaffMember.role == Role.OWNER, StaffMember.active
        )
        .where(
            or_(StaffMember.until.is_(None), StaffMember.until > now),
            StaffMember.password.is_not(None),
        )
        .with_for_update()  # two owners who end each other: one of them stays
    ).all()
    if not set(others) - {member.id}:
        raise NotChanged("This is the last owner; make somebody else an owner first.")


def _note(session: Session, member: StaffMember, change: str, *, by: StaffAction) -> None:
    what = f"account {member.id}: {change}"
    note(
        session,
        by.person,
        Act.CHANGED,
        what,
        clinic=member.clinic,
        endpoint=by.endpoint,
        now=by.now,
    )
