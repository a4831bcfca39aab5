"""The worker's loops: each calls the steps it was given until it is told to stop. Knows no topic.

Every loop has a thread and a lease of its own, so that what is slow for one (a mail server) does
not delay another.
"""

import logging
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from intake.outage import outage_of
from intake.outbox import Progress
from intake.rests import News, Rests

log = logging.getLogger(__name__)

# seconds between two looks at the database; a lead is to be in the sheet within two seconds
POLL = 0.4
AFTER_FAULT = timedelta(seconds=2)
LAST_UNITS = 8.0  # seconds to finish in, once told to stop; everything may be killed at any line

Step = Callable[[datetime], Progress]


class LeaseHolder(Protocol):
    """The right to be the only one (`intake.lease.Holder`)."""

    def holds(self, now: datetime) -> bool: ...
    def give_back(self) -> None: ...


@dataclass(frozen=True)
class Loop:
    """Steps that follow each other, under one lease."""

    name: str
    steps: Mapping[str, Step]
    lease: LeaseHolder
    says: str = ""
    """What `once` did, in a sentence with room for a number and a plural; "" where there is nothing
    to say.
    """
    news: News = object
    """Tells whether steps that found nothing are to be called again at once; without it, they
    always are.
    """


class Stuck(Exception):
    """`once` met a problem; the message is the sentence for a person."""


class NotOurs(Exception):
    """Another relay holds the lease at the moment."""


def run_all(
    loops: Sequence[Loop],
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    poll: float = POLL,
) -> None:
    """Run *loops* side by side until *stop* is set; when one of them dies, all end, so that
    somebody notices.
    """
    threads = [
        threading.Thread(
            target=_run_one, args=(loop, clock, stop, poll), name=loop.name, daemon=True
        )
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(LAST_UNITS)


def run(
    loop: Loop, *, clock: Callable[[], datetime], stop: threading.Event, poll: float = POLL
) -> None:
    """Call each step whenever it is due and the lease is ours, until *stop* is set; a running one
    is finished.
    """
    rests = Rests(loop.news)
    log.info("relay started", extra={"loop": loop.name, "steps": list(loop.steps)})
    while not stop.is_set():
        try:
            _round(loop, rests, clock, stop)
        except Exception as error:  # the database may be away for a while; the loop must live
            log.error("lease not asked", extra={"loop": loop.name, "reason": _reason(error)})
            stop.wait(AFTER_FAULT.total_seconds())
        stop.wait(poll)
    log.info("relay stopped", extra={"loop": loop.name})


def once(loop: Loop, *, clock: Callable[[], datetime], stop: threading.Event) -> int:
    """Do what is due and return how many units were done. Raises `Stuck` at the first problem,
    `NotOurs`.
    """
    try:
        return _everything_due(loop, clock, stop)
    finally:
        _give_back(loop)


def stop_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set, so that a worker ends between two units of
    work.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _run_one(loop: Loop, clock: Callable[[], datetime], stop: threading.Event, poll: float) -> None:
    try:
        run(loop, clock=clock, stop=stop, poll=poll)
    finally:
        stop.set()
        _give_back(loop)


def _give_back(loop: Loop) -> None:
    try:
        loop.lease.give_back()
    except Exception as error:  # the database may be away; a lease ends by itself
        log.warning("lease not given back", extra={"loop": loop.name, "reason": _reason(error)})


def _everything_due(loop: Loop, clock: Callable[[], datetime], stop: threading.Event) -> int:
    done = 0
    for step in loop.steps.values():
        while not stop.is_set():
            if not loop.lease.holds(clock()):
                raise NotOurs
            progress = step(clock())
            done += progress.done
            if progress.problem:
                raise Stuck(progress.problem)
            if not progress.done and not progress.was_put_off:
                break
            now = clock()
            if progress.not_before and progress.not_before > now:
                stop.wait((progress.not_before - now).total_seconds())
    return done


def _round(loop: Loop, rests: Rests, clock: Callable[[], datetime], stop: threading.Event) -> None:
    """Each step that is due, once; none from where the lease is found to be another's."""
    rests.look_for_news(clock())
    for name, step in loop.steps.items():
        now = clock()
        if rests.is_over(name, now):
            if stop.is_set() or not loop.lease.holds(now):
                return
            rests.begin(name, _attempt(name, step, now), now)


def _attempt(name: str, step: Step, now: datetime) -> Progress:
    try:
        return step(now)
    except Exception as error:
        # Whatever it is, the loop must live: entries wait in the database and the next look tries
        # again.
        log.error("step failed", extra={"step": name, "reason": _reason(error)})
        return Progress(not_before=now + AFTER_FAULT)


def _reason(error: Exception) -> str:
    """Return what ails the store, or the kind of the error. Never its words: they can quote a
    patient.
    """
    return outage_of(error) or type(error).__name__
