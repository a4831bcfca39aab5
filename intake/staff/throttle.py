"""How often somebody may try to sign in: by account and network, by network, by account from
networks new to it.

Each try is written down before it is looked at, and taken out when it was right: whoever tries a
hundred at once gains nothing. Nobody can keep a person out of their own account, since a network
from which they came lately waits for its own mistakes only.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from intake.contacts import NotAnEmail, address_hash, coarse_network, line_hash, parse_email
from intake.limits import CLOCKS_DIFFER
from intake.models import SignInAttempt, StaffMember, StaffSession

WINDOW = timedelta(hours=1)
"""Mistakes before that are forgotten."""
KNOWN = timedelta(days=30)
"""How long a network counts as one from which the account came."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""After the last free mistake, and after each one more."""
FREE_HERE = 5
"""Mistakes without a wait: with one account from one network."""
FREE_NETWORK = 20
"""From one network, whichever the accounts."""
FREE_ACCOUNT = 50
"""With one account, from networks that it never came from."""


@dataclass(frozen=True)
class SignInSource:
    """Who asks to come in, from where."""

    email: str
    """The address that was typed; "" where it is not known yet (a passkey says it by itself)."""
    account_hash: str
    network_hash: str
    """The hash of the subscriber's line; "" where the address is not known, which is no place that
    several callers share.
    """
    network: str


def caller_of(key: bytes, email: str, address: str) -> SignInSource:
    """Return the caller for whoever types *email* at *address*; *key* is the installation's, with
    which nothing else can be compared.
    """
    own = hmac.digest(key, b"sign-in", sha256)
    known = _as_looked_up(email)
    return SignInSource(
        known, address_hash(own, known), line_hash(own, address), coarse_network(address)
    )


def _as_looked_up(email: str) -> str:
    """In the form in which accounts are found: letters of other widths in the domain are no other
    account.
    """
    try:
        return parse_email(email.strip()).lower()
    except NotAnEmail:
        return email.strip().lower()


def write_down(session: Session, caller: SignInSource, what: str, *, now: datetime) -> int:
    """Note that *what* is tried, and return the try's number. To be committed before `wait_for` is
    asked.
    """
    is_over = or_(SignInAttempt.at < now - WINDOW, SignInAttempt.at > now + CLOCKS_DIFFER)
    session.execute(delete(SignInAttempt).where(is_over))
    tried = SignInAttempt(
        account_hash=caller.account_hash, network_hash=caller.network_hash, at=now, what=what
    )
    session.add(tried)
    session.flush()
    return tried.id


def wait_for(session: Session, caller: SignInSource, number: int, *, now: datetime) -> timedelta:
    """Return how long this try must still wait for the mistakes before it; nothing when it may go
    ahead.
    """
    same_network = SignInAttempt.network_hash == caller.network_hash
    same_account = SignInAttempt.account_hash == caller.account_hash
    waits = [timedelta()]
    if caller.network_hash:
        waits.append(_wait(_mistakes(session, number, now, same_network), FREE_NETWORK, now))
    if caller.network_hash and caller.email:
        waits.append(
            _wait(_mistakes(session, number, now, same_network, same_account), FREE_HERE, now)
        )
    if caller.email and not _came_from_here(session, caller, now):
        waits.append(_wait(_mistakes(session, number, now, same_account), FREE_ACCOUNT, now))
    return max(waits)


def take_out(session: Session, number: int) -> None:
    """The try was right, or was refused before it was looked at: it is no mistake."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == number))


def forget(session: Session, caller: SignInSource) -> None:
    """Somebody came in, with every factor: their mistakes before it count no more.

    Where the address is not known, theirs cannot be told from a stranger's with the same account,
    and all count on.
    """
    if not caller.network_hash:
        return
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.account_hash == caller.account_hash,
            SignInAttempt.network_hash == caller.network_hash,
        )
    )


def _mistakes(
    session: Session, number: int, now: datetime, *where: ColumnElement[bool]
) -> Sequence[datetime]:
    return session.scalars(
        select(SignInAttempt.at)
        .where(SignInAttempt.id < number, SignInAttempt.at > now - WINDOW, *where)
        .order_by(SignInAttempt.at.desc())
        .limit(FREE_ACCOUNT + 10)
    ).all()


def _wait(mistakes: Sequence[datetime], free: int, now: datetime) -> timedelta:
    """Return what is left of the wait for these *mistakes*, the last one first."""
    if len(mistakes) < free:
        return timedelta()
    wait = WAITS[min(len(mistakes) - free, len(WAITS) - 1)]
    return max(mistakes[0] + wait - now, timedelta())


def _came_from_here(session: Session, caller: SignInSource, now: datetime) -> bool:
    return (
        bool(caller.network)
        and session.scalars(
            select(StaffSession.id)
            .join(StaffMember, StaffMember.id == StaffSession.staff_id)
            .where(StaffMember.email == caller.email, StaffSession.network == caller.network)
            .where(StaffSession.created_at > now - KNOWN)
            .limit(1)
        ).first()
        is not None
    )
