"""Errors whose messages are for people, and the line that a command ends with; loaded when a
command fails.
"""

from sqlalchemy.exc import SQLAlchemyError

from intake import relay
from intake.config import ConfigError
from intake.consent.address_key import OtherKey
from intake.consent.evidence_checks import NothingSealed
from intake.consent.mailing_list import NotReadable
from intake.consent.selection import NoSuchRequest
from intake.consent.staff_withdrawal import NotRecorded
from intake.demo import one_computer
from intake.ledger.acts_file import NotKept
from intake.ledger.keys import KeyProblem
from intake.ledger.restart import NotRestarted
from intake.ledger.seal import NotSealed
from intake.listening import CannotListen
from intake.operations.backup import NotBackedUp
from intake.outage import outage_of
from intake.privacy.find import NotDone
from intake.server.start import NotReady
from intake.sheet.errors import SheetError
from intake.staff.accounts import NotChanged

OUR_ERRORS = (
    CannotListen,
    ConfigError,
    KeyProblem,
    NoSuchRequest,
    NotBackedUp,
    NotChanged,
    NotDone,
    NothingSealed,
    NotKept,
    NotReadable,
    NotReady,
    NotRecorded,
    NotRestarted,
    NotSealed,
    OtherKey,
    SheetError,
    one_computer.DidNotStart,
    relay.Stuck,
)


def sentence_for(error: Exception) -> str | None:
    """Return what *error* says to a person; None when it is a mistake of ours, whose place in the
    code is wanted.
    """
    if isinstance(error, OUR_ERRORS):
        return str(error)
    outage = outage_of(error) if isinstance(error, SQLAlchemyError) else None
    return f"The database {outage.sentence}." if outage else None
