"""The worker's loop: it calls the steps it was given until it is told to stop. Knows no topic."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from intake.outbox import LONGEST_AHEAD, Progress, is_due

log = logging.getLogger(__name__)

POLL = 0.4  # seconds between two looks at the database; a lead is to be in the sheet within two seconds
AFTER_FAULT = timedelta(seconds=2)

Step = Callable[[datetime], Progress]
Own = Callable[[datetime], bool]


class Stuck(Exception):
    """`once` met a problem; the message is the sentence for a person."""


class NotOurs(Exception):
    """Another relay owns the sheet at the moment."""


def run(
    steps: Mapping[str, Step], *, owns: Own, clock: Callable[[], datetime], stop: threading.Event, poll: float = POLL
) -> None:
    """Call each step whenever it is due and we own the sheet, until *stop* is set; a running step is finished first."""
    rests: dict[str, datetime] = {}
    log.info("relay started", extra={"steps": list(steps)})
    while not stop.is_set():
        try:
            _round(steps, rests, owns, clock, stop)
        except Exception as error:  # the database may be away for a while; the loop must live
            log.error("lease not asked", extra={"reason": type(error).__name__})
            stop.wait(AFTER_FAULT.total_seconds())
        stop.wait(poll)
    log.info("relay stopped")


def once(steps: Mapping[str, Step], *, owns: Own, clock: Callable[[], datetime], stop: threading.Event) -> int:
    """Do what is due and return how many units were done. Raises `Stuck` at the first problem, `NotOurs`."""
    done = 0
    for step in steps.values():
        while not stop.is_set():
            if not owns(clock()):
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


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set, so that a worker ends between two units of work."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _round(
    steps: Mapping[str, Step],
    rests: dict[str, datetime],
    owns: Own,
    clock: Callable[[], datetime],
    stop: threading.Event,
) -> None:
    """Each step that is due, once; none from where the sheet is found to be another's."""
    for name, step in steps.items():
        now = clock()
        if is_due(rests.get(name, now), now):
            if stop.is_set() or not owns(now):
                return
            # A longer rest would look as if the clock had been set back, and be none at all
            rests[name] = min(_attempt(name, step, now).not_before or now, now + LONGEST_AHEAD)


def _attempt(name: str, step: Step, now: datetime) -> Progress:
    try:
        return step(now)
    except Exception as error:
        # Whatever it is, the loop must live: entries wait in the database and the next look tries again. Only the
        # kind is logged, because messages of errors can quote a patient.
        log.error("step failed", extra={"step": name, "reason": type(error).__name__})
        return Progress(not_before=now + AFTER_FAULT)
