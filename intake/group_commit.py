"""Jobs that wait at the same time share one transaction, and so one wait for the disk; each is
answered after it.

A thread that finds nobody at work leads: it takes everything that waits, stores it, commits, and
wakes the others. While it works more jobs gather, and the first of them leads next. A single job
costs no change of thread, and the busier it is, the more jobs share a commit: a leader lets those
pass first who are preparing a job by then.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from intake.db import Database
from intake.fair_lock import FairLock
from intake.outage import outage_of

Job = TypeVar("Job")
Result = TypeVar("Result")
MOST_TOGETHER = 64
LONGEST_WAIT = 15.0
"""Seconds that a job waits for its turn. A writer waits 10 seconds for SQLite's lock before it
gives up.
"""


class WaitedTooLong(NoConnection):
    """Nobody stored the job in time, and nobody will."""


@dataclass
class _Ticket(Generic[Job, Result]):
    job: Job
    woken: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None
    error: BaseException | None = None
    is_done: bool = False
    """Stored and committed, or failed; a ticket that is woken without it leads."""

    def finish(self, result: Result | None, error: BaseException | None = None) -> None:
        self.result, self.error, self.is_done = result, error, True
        self.woken.set()


class GroupCommit(Generic[Job, Result]):
    """Stores jobs by *store*, which takes several and returns a result for each, all in one
    transaction.
    """

    def __init__(
        self, database: Database, store: Callable[[Session, Sequence[Job]], Sequence[Result]]
    ) -> None:
        self._database, self._store = database, store
        self.preparing = FairLock()
        """To be held while a job is prepared. Preparing only computes, and threads that compute
        hinder each other.
        """
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket[Job, Result]] = deque()
        self._is_led = False

    def __call__(self, job: Job) -> Result:
        """Return the result for *job* once it is committed. Raises what storing it raised, or
        `WaitedTooLong`.
        """
        return self.hand_in(job)()

    def hand_in(self, job: Job) -> Callable[[], Result]:
        """Queue *job* to be stored, and return a function that waits for its result (as `__call__`
        does).

        A job that is prepared and handed in while `preparing` is held is stored with the next
        group.
        """
        ticket = _Ticket[Job, Result](job)
        with self._lock:
            self._waiting.append(ticket)
        return partial(self._result, ticket)

    def _result(self, ticket: _Ticket[Job, Result]) -> Result:
        with self._lock:
            leads = not self._is_led and not ticket.is_done
            self._is_led = self._is_led or leads
        if not leads:
            self._wait(ticket)
        if not ticket.is_done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]

    def _wait(self, ticket: _Ticket[Job, Result]) -> None:
        if ticket.woken.wait(LONGEST_WAIT):
            return
        with self._lock:
            if not ticket.woken.is_set() and ticket in self._waiting:
                self._waiting.remove(ticket)
                raise WaitedTooLong
        ticket.woken.wait()  # it was taken at the last moment: what becomes of it must be known

    def _lead(self) -> None:
        """Store what waits. Whatever goes wrong, each ticket that was taken ends, and somebody else
        leads next.
        """
        taken: list[_Ticket[Job, Result]] = []
        try:
            self._store_together(taken)
        except Exception as error:
            if len(taken) > 1 and outage_of(error) is None:
                self._store_one_by_one(taken)
            else:  # the only one, or the store does not work: each would meet the same error
                _fail(taken or self._take(), error)
        except BaseException as error:
            _fail(taken, error)
            raise
        finally:
            self._pass_on()

    def _store_together(self, taken: list[_Ticket[Job, Result]]) -> None:
        is_complete = False
        try:
            self.preparing.let_others_pass()
            with (
                self._database.turn(),
                self._while_nobody_prepares(),
                self._database.in_turn() as session,
            ):
                session.connection()  # begins, which may wait for who wrote out of turn
                taken += self._take()
                results = self._store(session, [ticket.job for ticket in taken])
                is_complete = True
        except DBAPIError as error:
            if is_complete or not taken or not error.connection_invalidated:
                raise  # after a COMMIT was sent nobody knows what became of it
            results = self._store_on_another_connection(taken)
        for ticket, result in zip(taken, results, strict=True):
            ticket.finish(result)

    def _while_nobody_prepares(self) -> AbstractContextManager[None]:
        """SQLite works in this process, and all other writers wait for it. PostgreSQL is a process
        of its own.
        """
        return self.preparing.next() if self._database.is_sqlite else nullcontext()

    def _store_on_another_connection(
        self, taken: Sequence[_Ticket[Job, Result]]
    ) -> Sequence[Result]:
        """Store again what a lost connection took along before its commit: the server may be back,
        or another one.
        """
        with self._database.writing() as session:
            return self._store(session, [ticket.job for ticket in taken])

    def _store_one_by_one(self, taken: Sequence[_Ticket[Job, Result]]) -> None:
        """One job's failure takes no other along."""
        for ticket in taken:
            try:
                with self._database.writing() as session:
                    (result,) = self._store(session, [ticket.job])
            except Exception as error:
                ticket.finish(None, error)
            else:
                ticket.finish(result)

    def _take(self) -> list[_Ticket[Job, Result]]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].woken.set()
            else:
                self._is_led = False


def _fail(tickets: Sequence[_Ticket[Job, Result]], error: BaseException) -> None:
    for ticket in tickets:
        if not ticket.is_done:
            ticket.finish(None, error)
