"""Read a large database in several processes, which all see what it was at one moment, whoever
writes meanwhile.

PostgreSQL hands a moment on by itself: one transaction exports its snapshot, and others begin with
it. SQLite shows a transaction what was committed before its first read. So all of them begin while
nobody may write, which takes milliseconds: each process is loaded and connected by then.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from threading import BrokenBarrierError
from typing import Any, Protocol

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake.db import VERSION_TABLE, Database

START_WITHIN = 60
"""Seconds within which every process must have begun to read."""

Task = Callable[[Session], Any]
"""What is asked of the database. It is sent to another process: a function of a module, or a
`partial` of one.
"""
_begun = ExitStack()
"""Keeps the session of a process that was started here, until it ends."""
_sessions: list[Session] = []


class NotSplit(Exception):
    """The processes could not begin together or were ended. One process can still do it."""


class Gate(Protocol):
    """Where processes wait for each other (`threading.Barrier`)."""

    def wait(self) -> object:
        """Wait until everybody waits."""

    def abort(self) -> None:
        """Let nobody wait any more."""


@contextmanager
def one_moment(database: Database, snapshot: str | None = None) -> Iterator[Session]:
    """Make a session that sees what the database is now, until it ends; or what it was at
    *snapshot* (PostgreSQL).
    """
    isolation = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with Session(database.engine.execution_options(**isolation)) as session:
        if snapshot is not None:
            session.execute(text(f"SET TRANSACTION SNAPSHOT '{snapshot}'"))
        session.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608  (the first read is the moment)
        yield session


def results_of(database: Database, tasks: Sequence[Task], processes: int) -> list[Any]:
    """Run *tasks* in several *processes* that see one moment, and return their results in the order
    of the tasks.

    Processes take the tasks in their order, so the longest should come first. Raises `NotSplit`,
    and what a task raises.
    """
    context = get_context("spawn")  # a copy of this process (fork) would share its connections
    with ExitStack() as stack:
        snapshot = (
            None if database.is_sqlite else _exported(stack.enter_context(one_moment(database)))
        )
        address = database.url.render_as_string(hide_password=False)
        try:
            gate = context.Barrier(processes + 1, timeout=START_WITHIN)
            pool = stack.enter_context(
                ProcessPoolExecutor(processes, context, _open, (address, snapshot, gate))
            )
            # Each of these starts a process, because none of them is idle before the gate opens
            futures = [pool.submit(_run, task) for task in tasks]
            _begin_together(database, gate)
            return _results(futures)
        except (OSError, OperationalError, BrokenBarrierError, BrokenProcessPool) as error:
            raise NotSplit(type(error).__name__) from error


def _exported(session: Session) -> str:
    return str(session.scalar(select(func.pg_export_snapshot())))


def _begin_together(database: Database, gate: Gate) -> None:
    try:
        gate.wait()  # every process is connected
        with ExitStack() as stack:
            if database.is_sqlite:
                stack.enter_context(database.writing()).connection()  # nobody else writes
            gate.wait()
            gate.wait()  # every process has read
    except BaseException:
        gate.abort()  # the others do not wait for who is not coming
        raise


def _results(futures: Sequence["Future[Any]"]) -> list[Any]:
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


def _open(address: str, snapshot: str | None, gate: Gate) -> None:
    """Begin to read, in a new process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever stops the command stops this at once
    try:
        database = Database(address)
        database.engine.connect().close()
        gate.wait()
        gate.wait()
        _sessions.append(_begun.enter_context(one_moment(database, snapshot)))
        gate.wait()
    except BaseException:
        gate.abort()
        raise


def _run(task: Task) -> Any:
    return task(_sessions[0])
