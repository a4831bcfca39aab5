"""The token of a person's consent page: made from the person's own salt, so that it can be written into each mail.

It never runs out while the record exists (CASL s. 11(2) asks for 60 days after each message), outlives a change of the
signing secret, and ends with the salt when the person is erased. The database finds it by its hash alone.
"""

import hmac
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Lead

CONSENT_PAGE = "consent-page"
THIS_ADDRESS = "this-address"
"""The token that only a mail to the address carries: whoever has it reads that mailbox."""


def token_of(salt: bytes, use: str = CONSENT_PAGE) -> str:
    """256 bits in hex, different for each person and *use*."""
    return hmac.digest(salt, use.encode(), sha256).hex()


def key_of(token: str) -> bytes:
    """By what the database finds the person."""
    return sha256(token.encode()).digest()


def lead_behind(session: Session, token: str, clinic: str) -> Lead | None:
    """The request whose consent page *token* opens, or None for anything else."""
    return session.scalars(select(Lead).where(Lead.consent_key == key_of(token), Lead.clinic == clinic)).first()
