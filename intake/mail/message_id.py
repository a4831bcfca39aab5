"""What a mail is known by: the same for every attempt of an outbox entry, and never used for
another one.

A database that was put back from a backup counts its entries on from an earlier number. So the
numbers of each such round are mixed with something random: else the first new mail to a person
would have the Message-ID of one that was sent before the loss, and mail programs would drop it as a
copy.
"""

import secrets

from sqlalchemy.orm import Session

from intake.consent.token import token_of
from intake.models import InstallationFact, Lead, OutboxEntry

ROUND = "mail round"


def mail_id(session: Session, lead: Lead, entry: OutboxEntry) -> str:
    """128 bits in hex."""
    noted = session.get(InstallationFact, ROUND)
    said = f"mail-{entry.id}.{noted.value}" if noted else f"mail-{entry.id}"
    return token_of(lead.salt or b"", said)[:32]


def begin_round(session: Session) -> None:
    """Have the mails of every later entry known by other ids than before."""
    noted = session.get(InstallationFact, ROUND)
    if noted:
        noted.value = secrets.token_hex(8)
    else:
        session.add(InstallationFact(name=ROUND, value=secrets.token_hex(8)))
