"""What a person sees of their own account."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake.models import StaffMember
from intake.staff.sessions import standing_sessions


@dataclass(frozen=True)
class Sitting:
    """A browser that is signed in."""

    number: int
    browser: str
    network: str
    since: str
    seen: str
    is_this: bool


@dataclass(frozen=True)
class OwnAccount:
    """The account page."""

    email: str
    sittings: list[Sitting]
    passkeys: int
    codes_left: int


def own_account(
    session: Session, staff_id: int, this_session: int, *, zone: ZoneInfo, now: datetime
) -> OwnAccount:
    """Return the account of *staff_id*, seen from *this_session*; times in the clinic's *zone*."""
    member = session.get_one(StaffMember, staff_id)
    sittings = [
        Sitting(
            one.id,
            one.browser,
            one.network or "unknown",
            _told(one.created_at, zone),
            _told(one.seen_at, zone),
            one.id == this_session,
        )
        for one in standing_sessions(session, staff_id, now=now)
    ]
    return OwnAccount(
        member.email, sittings, len(member.webauthn), len(member.mf_recovery_codes or ())
    )


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
