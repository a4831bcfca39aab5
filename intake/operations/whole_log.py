"""Everything that `intake consent verify` looks at in the database, in as many processes as pay.

A long log is cut into parts that are looked at side by side, at one moment of the database. What is
told, and in which order, is the same as in one process.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.reconcile import CHECKS, Check, answers_on_record, in_order
from intake.consent.reconcile_events import Compared, Stretch, reconcile_events
from intake.db import Database
from intake.ledger.audit import Audit, audit
from intake.ledger.kept_checkpoints import KeptNote
from intake.ledger.signing import VerifierKey
from intake.models import ConsentEvent, LedgerPosition
from intake.one_moment import NotSplit, Task, one_moment, results_of
from intake.staff.reconcile import reconcile_accesses

log = logging.getLogger(__name__)

PAYS_FROM = 50_000
"""Entries of the log from which several processes pay: loading one takes as long as verifying some
ten thousand.
"""
MOST_PROCESSES = 4
STRETCHES = 8
"""Parts into which the events are cut: so many that no process is left waiting for long."""


@dataclass(frozen=True)
class Verified:
    """What was found: in the log itself, and in the tables that it tells of."""

    audit: Audit
    differences: list[str]


@dataclass
class _Events:
    """What was found in one stretch of the events."""

    wrong: list[str]
    compared: Compared


def verify_whole(
    database: Database,
    clinic: str,
    keys: Sequence[VerifierKey],
    anchors: Sequence[KeptNote],
    *,
    processes: int | None = None,
) -> Verified:
    """Check the log against *anchors*, and every table that it tells of, in *processes*; as many as
    pay if None.
    """
    with one_moment(database) as session:
        count = processes or _that_pay(session)
        stretches = _stretches(session) if count > 1 else [Stretch()]
    tasks = _tasks(clinic, keys, anchors, stretches)
    if count > 1:
        try:
            return _put_together(results_of(database, tasks, count))
        except NotSplit as problem:  # one process finds the same
            log.warning("verified in one process", extra={"reason": str(problem)})
    with one_moment(database) as session:
        return _put_together([task(session) for task in tasks])


def _tasks(
    clinic: str,
    keys: Sequence[VerifierKey],
    anchors: Sequence[KeptNote],
    stretches: Sequence[Stretch],
) -> list[Task]:
    """Return the parts, about the longest first (`_put_together` knows this order)."""
    return [
        partial(audit, keys=keys, anchors=anchors),
        *(partial(_told, check=check, clinic=clinic) for check in CHECKS),
        *(partial(_events, clinic=clinic, stretch=stretch) for stretch in stretches),
        answers_on_record,
        _accesses,
    ]


def _put_together(results: Sequence[Any]) -> Verified:
    found, told, events = results[0], results[1 : 1 + len(CHECKS)], results[1 + len(CHECKS) : -2]
    recorded, accesses = results[-2:]
    every = Compared(
        sum(one.compared.matched for one in events),
        [what for one in events for what in one.compared.entered],
    )
    of_check = dict(zip(CHECKS, told, strict=True))
    rest = in_order(recorded, every, lambda check: of_check[check])
    wrong = [
        *(what for one in events for what in one.wrong),
        *(what for what in rest if what),
        *accesses,
    ]
    return Verified(found, wrong)


def _events(session: Session, clinic: str, stretch: Stretch) -> _Events:
    compared = Compared()
    wrong = [what for what in reconcile_events(session, clinic, stretch, compared) if what]
    return _Events(wrong, compared)


def _told(session: Session, check: Check, clinic: str) -> list[str]:
    return [what for what in check(session, clinic) if what]


def _accesses(session: Session) -> list[str]:
    return list(reconcile_accesses(session))


def _that_pay(session: Session) -> int:
    last = session.scalar(select(func.max(LedgerPosition.position))) or 0
    return 1 if last < PAYS_FROM else min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def _stretches(session: Session) -> list[Stretch]:
    """Cut the events into parts that leave out no id, whatever ids there are: the outer ones have
    no limit.
    """
    first, last = session.execute(
        select(func.min(ConsentEvent.id), func.max(ConsentEvent.id))
    ).one()
    if first is None:
        return [Stretch()]
    cuts = sorted({first + (last - first) * number // STRETCHES for number in range(1, STRETCHES)})
    return [Stretch(*ends) for ends in pairwise([None, *cuts, None])]
