"""The key under which addresses are hashed: kept out of the database, which remembers only whether
it is the same one.

Suppressions are such hashes. Under another key none of them would match, and people who said no
would be mailed again.
"""

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.hashes import note_hashes
from intake.consent.rehash import rehash
from intake.models import InstallationFact, Lead

FINGERPRINT = "address key"
AT_ONCE = 1000


class OtherKey(Exception):
    """The secret key is not the one under which addresses were hashed."""

    def __init__(self) -> None:
        super().__init__(
            "The secret key is not the one that this database was made with: suppressions no "
            "longer match; put the former INTAKE_SECRET_KEY (or the file secret_key) back"
        )


def fingerprint(address_key: bytes) -> str:
    """Return what can be kept of the key: tells the same from another, and nothing else."""
    return hmac.digest(address_key, b"fingerprint", sha256).hex()


def is_same_key(session: Session, address_key: bytes) -> bool | None:
    """Return whether it is the key that this database was made with; None when that was not noted
    yet.
    """
    kept = session.get(InstallationFact, FINGERPRINT)
    return hmac.compare_digest(kept.value, fingerprint(address_key)) if kept else None


def require_same_key(session: Session, address_key: bytes) -> None:
    """Raise `OtherKey` where hashes under this key would match nothing."""
    if is_same_key(session, address_key) is False:
        raise OtherKey


def adopt_key(session: Session, address_key: bytes, *, now: datetime) -> int:
    """Note the key, hash what has no hash or one of a former release; returns how many. Raises
    `OtherKey`.
    """
    require_same_key(session, address_key)
    if is_same_key(session, address_key) is None:
        session.add(InstallationFact(name=FINGERPRINT, value=fingerprint(address_key)))
    waiting, hashed = (
        select(Lead).where(Lead.email.is_not(None), Lead.email_hash.is_(None)).limit(AT_ONCE),
        0,
    )
    while leads := session.scalars(waiting).all():
        for lead in leads:
            note_hashes(lead, address_key)
        session.flush()
        hashed += len(leads)
    return hashed + rehash(session, address_key, now=now)
