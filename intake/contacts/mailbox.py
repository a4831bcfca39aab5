"""A keyed hash stands for a mailbox wherever it is only compared.

Two spellings are one mailbox when their domains are the same name in the DNS (UTS #46, IDNA 2008)
and their local parts differ by nothing but small and capital letters (RFC 8265 s. 3.3). Full case
folding would go further: it makes "ß" the same as "ss" and a ligature the same as its letters, and
these are mailboxes of different people.
"""

import hmac
from hashlib import sha256

from email_validator import EmailNotValidError, validate_email

from intake.marks import normalized
from intake.unseen import visible


def mailbox(email: str) -> str:
    """Return the one spelling under which a mailbox is compared: its domain in ASCII, everything in
    small letters.
    """
    typed = visible(email).strip()
    if typed.isascii():
        return typed.lower()
    try:
        read = validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        local, at, domain = normalized("NFC", typed).rpartition("@")
    else:
        local, at, domain = read.local_part, "@", read.ascii_domain
    return normalized("NFC", local.lower()) + at + domain.lower()


def address_hash(key: bytes, email: str) -> str:
    """HMAC-SHA256 of the mailbox, in hex.

    *key* is the installation's (`Settings.address_key`): without it nobody can try all addresses.
    """
    return _hash(key, mailbox(email))


def former_address_hash(key: bytes, email: str) -> str:
    """Return the hash that releases before this one made of the address: with full case folding,
    domain as it was typed.
    """
    return _hash(key, email.strip().casefold())


def _hash(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), sha256).hex()
