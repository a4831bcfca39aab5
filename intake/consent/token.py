"""The token of a person's consent page: made from the person's own salt, so that it can be written
into each mail.

It never runs out while the record exists (CASL s. 11(2) asks for 60 days after each message),
outlives a change of the signing secret, and ends with the salt when the person is erased. When the
address is corrected, the tokens in mails to the former one end too: whoever reads that mailbox has
no say about the new address. The database finds it by its hash alone.
"""

import hmac
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.person_consent import requests_by
from intake.models import Lead

CONSENT_PAGE = "consent-page"
THIS_ADDRESS = "this-address"
"""The token that only a mail to the address carries: whoever has it reads that mailbox."""


def token_of(salt: bytes, use: str = CONSENT_PAGE, link_version: int = 0) -> str:
    """256 bits in hex, different for each person and *use*, and for each address that the request
    had.
    """
    told = f"{use}.{link_version}" if link_version else use
    return hmac.digest(salt, told.encode(), sha256).hex()


def link_token(lead: Lead, use: str = CONSENT_PAGE) -> str:
    """Return the token of *lead* for links in a mail to its present address."""
    return token_of(lead.salt or b"", use, lead.link_version)


def key_of(token: str) -> bytes:
    """Return the key under which the database finds the person."""
    return sha256(token.encode()).digest()


def lead_behind(session: Session, token: str, clinic: str, *, hold: bool = False) -> Lead | None:
    """Return the request whose consent page *token* opens, or None for anything else; whoever
    decides something holds it.
    """
    if hold:
        return next(
            iter(requests_by(session, Lead.consent_key, key_of(token), clinic, hold=True)), None
        )
    return session.scalars(
        select(Lead).where(Lead.consent_key == key_of(token), Lead.clinic == clinic)
    ).first()
