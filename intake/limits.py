"""How often something may be asked for: every limit of the installation, and how it is counted.

The counts stand in the database, so that they hold for all processes and nodes and outlive a
restart. One statement adds to all the counts of a request and returns them. Two transactions with
the same key wait for each other, so that no two of them take the last place; there is no row that
every request would wait for. A span begins with the first time and does not slide, because then one
row is enough for a key, and the row is worthless when the span is over.
"""

import hmac
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Dialect, bindparam, delete, or_, update
from sqlalchemy.orm import Session

from intake.db import Database
from intake.models import RateCounter
from intake.outbox import Progress
from intake.rows import inserts, table_of
from intake.sql import Row, SqlStatement, execute

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=5)
"""What was noted later than this from now was noted under a clock that was set back since, and
counts no more.
"""
FORGET_EVERY = timedelta(minutes=15)
TABLE = table_of(RateCounter)
IS_OVER = "rate_counter.until <= ? OR rate_counter.since > ?"
COUNT_ON = (
    f" ON CONFLICT (name, key) DO UPDATE SET since = CASE WHEN {IS_OVER} THEN excluded.since ELSE "
    f"rate_counter.since END, until = CASE WHEN {IS_OVER} THEN excluded.until ELSE "
    f"rate_counter.until END, times = excluded.times + CASE WHEN {IS_OVER} THEN 0 ELSE "
    "rate_counter.times END"
)
UNCOUNT = (
    update(TABLE)
    .where(TABLE.c.name == bindparam("of"), TABLE.c.key == bindparam("whose"))
    .values(times=TABLE.c.times - bindparam("n"))
)


@dataclass(frozen=True)
class Limit:
    """At most so many *times* *within* a span, for each key."""

    name: str
    times: int
    within: timedelta


REQUESTS = Limit("requests", 30, timedelta(hours=1))
"""Forms from one network: a clinic's waiting room and a phone company's many customers fit in."""
LINKS = Limit("lost links", 20, timedelta(hours=1))
"""Lost links asked for from one network."""
STAMP = Limit("stamp", 40, timedelta(days=30))
"""Requests from one form as it was handed out. A family's tablet, or a waiting room's with a
page from a cache, sends the same form again and again. It is more than one network may send
within an hour."""
MAIL_BY_NETWORK = Limit("mail by network", 3, timedelta(days=1))
"""Acknowledgements to one address that are asked for from one network."""
MAIL_BY_STAMP = Limit("mail by stamp", 3, timedelta(days=1))
"""Mails that one form may cause."""
MOST_A_DAY = 5
"""Acknowledgements to one address, whoever asks for them: the form must not become a way of
flooding a mailbox.
"""
MOST_FIRST_A_DAY = 20
"""Mails to one address, with the first that each network asks for, which strangers must not use up
before its owner.
"""


@dataclass(frozen=True)
class LimitKey:
    """What a request counts towards: a limit, and whose count of it."""

    limit: Limit
    key: str

    @classmethod
    def of(cls, limit: Limit, secret: bytes, *values: str) -> "LimitKey":
        """Count by a keyed hash of *values*: the database does not hold the network or the address
        itself.
        """
        told = b"".join(b"\0" + value.encode() for value in (limit.name, *values))
        return cls(limit, hmac.digest(secret, b"limit" + told, sha256).hex())


class AskedTooOften(Exception):
    """A limit is used up. The caller's transaction must be rolled back, so that what is refused
    does not count.
    """

    def __init__(self, limit: Limit) -> None:
        super().__init__(
            f"{limit.name}: more than {limit.times} within {limit.within}; try again later"
        )
        self.limit = limit


def count(session: Session, counted: Collection[LimitKey], *, now: datetime) -> Mapping[Limit, int]:
    """Add one to each count, and return how often each was asked for within its span, this time
    included.
    """
    counting, connection = Counting([counted], now=now), session.connection()
    return counting.read(execute(connection, *counting.statements(connection.dialect)))[0]


class Counting:
    """Counts several requests with one statement. Each gets the counts that it would get if they
    came in turn.
    """

    def __init__(self, requests: Sequence[Collection[LimitKey]], *, now: datetime) -> None:
        self._requests, self._now = requests, now
        self._wanted = Counter(one for counted in requests for one in counted)

    def statements(self, dialect: Dialect) -> list[SqlStatement]:
        """Return what adds to the counts; `read` takes its rows."""
        # In one order everywhere: then two transactions never wait for each other for good
        wanted = sorted(self._wanted, key=lambda one: (one.limit.name, one.key))
        now, ahead = self._now, self._now + CLOCKS_DIFFER
        return inserts(
            dialect,
            RateCounter,
            [_row(one, self._wanted[one], now) for one in wanted],
            returning=["name", "key", "times"],
            on_conflict=COUNT_ON,
            values={"since": [now, ahead] * 3},
        )

    def read(self, rows: Iterable[Row]) -> Sequence[Mapping[Limit, int]]:
        """Return the counts of each request, this time included, from the *rows* of the
        statements.
        """
        totals = {(name, key): times for name, key, times in rows}
        before = {
            one: totals[one.limit.name, one.key] - times for one, times in self._wanted.items()
        }
        counts = []
        for counted in self._requests:
            for one in counted:
                before[one] += 1
            counts.append({one.limit: before[one] for one in counted})
        return counts


def uncount(session: Session, counted: Iterable[LimitKey]) -> None:
    """Take back what was counted in this transaction for what did not come about after all."""
    rows = [{"of": one.limit.name, "whose": one.key, "n": n} for one, n in Counter(counted).items()]
    if rows:
        session.connection().execute(UNCOUNT, rows)


def require(counts: Mapping[Limit, int], *limits: Limit) -> None:
    """Raise `AskedTooOften` for the first of *limits* that is used up."""
    for limit in limits:
        if counts.get(limit, 0) > limit.times:
            raise AskedTooOften(limit)


def forget_counts(database: Database, now: datetime) -> Progress:
    """Delete the counts whose span is over; a step of the relay."""
    with database.writing() as session:
        gone = session.execute(
            delete(RateCounter).where(_is_over(now)).returning(RateCounter.name)
        ).all()
    if gone:
        log.info("counts forgotten", extra={"counts": len(gone)})
    return Progress(not_before=now + FORGET_EVERY)


def _row(one: LimitKey, times: int, now: datetime) -> dict[str, object]:
    return {
        "name": one.limit.name,
        "key": one.key,
        "since": now,
        "until": now + one.limit.within,
        "times": times,
    }


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(RateCounter.until <= now, RateCounter.since > now + CLOCKS_DIFFER)
