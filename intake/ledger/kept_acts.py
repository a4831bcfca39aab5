"""What must survive the loss of the database: withdrawals, erasures and other acts that forbid
something.

A backup is older than what happened since. Whoever said “no more mail” or was erased in between
would be mailed, or be there, again. So each such act is copied into a file beside the keys
(`ledger.acts_file`), and `intake restore` does again what the database has lost. The copy holds
references and keyed hashes only, nothing personal.

An act that forbids is on disk before the database confirms it, an act that allows again only
afterwards: a process that is killed in between leaves a copy that forbids too much, never too
little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

IN_SESSION = "kept acts"


class KeptActKind(StrEnum):
    """What was done."""

    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    AGREED_AGAIN = "agreed again"
    """After a withdrawal; the address stays suppressed until it is confirmed."""
    LIFTED = "lifted"
    """The address left the suppression list."""
    ERASED = "erased"
    RESTRICTED = "restricted"
    RELEASED = "released"
    CORRECTED = "corrected"
    ACCOUNT = "account"
    """An account of staff was made, changed or ended."""
    DONE_AGAIN = "done again"
    """Acts that the database had lost are in it again (`uid` names one of them)."""


ALLOWS = frozenset({KeptActKind.AGREED_AGAIN, KeptActKind.LIFTED, KeptActKind.RELEASED})


@dataclass(frozen=True)
class KeptAct:
    """One act. `uid` is the id of its record in the database."""

    uid: str
    kind: KeptActKind
    clinic: str
    at: datetime
    ref: str = ""
    """The request's reference; "" for an act on an address or an account."""
    address: str = ""
    """The keyed hash of the email address; "" where there is none."""
    purposes: tuple[str, ...] = ()
    detail: str = ""
    """The ground of an erasure, what was corrected, the account's number with what was changed."""

    @property
    def allows(self) -> bool:
        """Whether it takes back an act that forbade something."""
        return self.kind in ALLOWS


def keep_act(session: Session, act: KeptAct) -> None:
    """Have *act* copied when the transaction of *session* is committed."""
    session.info.setdefault(IN_SESSION, []).append(act)


def kept_in(session: Session) -> Sequence[KeptAct]:
    """Return what `keep_act` was asked for in this session."""
    found: list[KeptAct] = session.info.get(IN_SESSION, [])
    return found
