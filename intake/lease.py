"""Leases: of any number of workers one at a time owns the sheet, and when it dies another takes
over.

A lease saves calls and keeps the pace; it is not what makes delivery exactly once. That is the
batch's mark, which holds also when two workers believe for a while that they own the sheet: a
paused process, or clocks that disagree.
"""

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.db import Database
from intake.models import Lease
from intake.rows import table_of

LENGTH = timedelta(seconds=10)
TABLE = table_of(Lease)
TAKE = (
    update(TABLE)
    .where(
        TABLE.c.name == bindparam("lease"),
        or_(
            TABLE.c.holder == bindparam("who"),
            TABLE.c.expires_at <= bindparam("at"),
            TABLE.c.expires_at > bindparam("until"),
        ),
    )
    .values(holder=bindparam("who"), expires_at=bindparam("until"))
    .returning(TABLE.c.name)
)


def take(
    session: Session, name: str, holder: str, *, now: datetime, length: timedelta = LENGTH
) -> bool:
    """Take the lease *name* or keep it for *length* from *now*; False while another holds it.

    One that ends later than a lease can last was taken under a clock that was set back since, and
    counts as ended.
    """
    values = {"lease": name, "who": holder, "at": now, "until": now + length}
    taken = session.connection().execute(TAKE, values).first()
    return taken is not None or _made(session, name, holder, now + length)


def _made(session: Session, name: str, holder: str, until: datetime) -> bool:
    if session.get(Lease, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, expires_at=until))
    except IntegrityError:
        return False
    return True


def give_back(session: Session, name: str, holder: str) -> None:
    """End the lease at once, so that the next one need not wait; does nothing when another holds
    it.
    """
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


class Holder:
    """One worker's hold on a lease: renewed when half of it is over."""

    def __init__(self, database: Database, name: str, length: timedelta = LENGTH) -> None:
        self._database, self._name, self._length = database, name, length
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._taken_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Return whether this worker owns it now."""
        if self._taken_at and self._taken_at <= now < self._taken_at + self._length / 2:
            return True
        with self._database.writing() as session:
            # Relays of several machines need not agree on the time: the database's clock is the one
            # for all
            there = self._database.time(session) or now
            owns = take(session, self._name, self._holder, now=there, length=self._length)
        self._taken_at = now if owns else None
        return owns

    def give_back(self) -> None:
        """End it, when the worker ends."""
        self._taken_at = None
        with self._database.writing() as session:
            give_back(session, self._name, self._holder)
