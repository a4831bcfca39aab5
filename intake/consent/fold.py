"""Where consent stands: a fold over a person's events, never a flag that could fall out of step
with them. Pure.

The order is that of the log, not of the clock. What a person did not do never outweighs what they
did: an empty box on a later form refuses that request and ends nothing, and a form whose submission
is taken for agreement changes neither a refusal nor a withdrawal, nor does it weaken an express
agreement.

An address is verified by whoever reads its mailbox, for one request at a time: anybody can type a
stranger's address into a form, and that a stranger once confirmed a request of their own must not
vouch for it.

When the address of a request is corrected, what was said of the former one says nothing of the new
one, which may be somebody else's: only the events that follow count there, and what others agreed
to with that address stands.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.models import Basis, Channel, Decision, Purpose

Key = tuple[Purpose, Channel]
GIVING = frozenset({Decision.GIVEN, Decision.RENEWED})
TURNS = GIVING | {Decision.REFUSED, Decision.WITHDRAWN, Decision.INVALIDATED}
"""The decisions that can change what stands. Being shown, exported or superseded does not."""
NOTHING_TOUCHED = "none"
NOTHING_STOOD = frozenset(map(str, (Decision.REFUSED, Decision.WITHDRAWN, Decision.INVALIDATED)))
"""What stood before a withdrawal that ended nothing, as its control's state (`consent.ended`)."""
FORMER_ADDRESS = "former address"
"""The control of an invalidation by which a request left its address (`consent.leave`)."""


class Event(Protocol):
    """What the fold looks at in an event (`models.ConsentEvent`)."""

    @property
    def id(self) -> int: ...
    @property
    def lead_id(self) -> int: ...
    @property
    def purpose(self) -> Purpose | None: ...
    @property
    def channel(self) -> Channel | None: ...
    @property
    def decision(self) -> Decision: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def control(self) -> str: ...
    @property
    def default_state(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True)
class PlainEvent:
    """An event in plain values, for whoever folds very many."""

    id: int
    lead_id: int
    purpose: Purpose | None
    channel: Channel | None
    decision: Decision
    basis: Basis
    control: str
    occurred_at: datetime
    default_state: str = "none"
    """What the control said before."""


@dataclass(frozen=True)
class ConsentState:
    """What stands for one purpose on one channel, and the event that it rests on."""

    decision: Decision
    """GIVEN, REFUSED, WITHDRAWN or INVALIDATED."""
    basis: Basis
    since: datetime
    event: int
    verified: bool
    """The agreement comes from whoever reads the address's mailbox."""
    ended_nothing: bool = False
    """A withdrawal of what had been refused."""

    @property
    def is_given(self) -> bool:
        """Agreed to, and still so."""
        return self.decision is Decision.GIVEN


Standings = Mapping[Key, ConsentState]
"""A purpose that is not there was never asked about."""


def fold(events: Iterable[Event]) -> dict[Key, ConsentState]:
    """Return what stands after *events*, which are one person's in the order of the log."""
    runs: dict[Key, tuple[Event, ...]] = {}
    verified: set[int] = set()
    for event in _of_present_addresses(events):
        if event.decision is Decision.ERASED:
            runs.clear()
            verified.clear()
        elif leaves_address(event) and event.purpose and event.channel:
            runs.setdefault((event.purpose, event.channel), (event,))
        elif event.decision is Decision.VERIFIED:
            verified.add(event.lead_id)
        elif event.decision in TURNS and event.purpose and event.channel:
            key = (event.purpose, event.channel)
            runs[key] = _after(runs.get(key, ()), event)
    return {key: _standing(run, verified) for key, run in runs.items()}


def leaves_address(event: Event) -> bool:
    """Return whether the request of *event* has another address from there on."""
    return event.decision is Decision.INVALIDATED and event.control == FORMER_ADDRESS


def _of_present_addresses(events: Iterable[Event]) -> Iterable[Event]:
    told = list(events)
    left = {event.lead_id: event.id for event in told if leaves_address(event)}
    return [
        event for event in told if leaves_address(event) or event.id > left.get(event.lead_id, 0)
    ]


def _after(run: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    """Return the events on which what stands rests: several where an agreement was given again
    while it stood.
    """
    last = run[-1].decision if run else None
    if event.decision in GIVING:
        return _agreed(run, event) if last in GIVING else _agreed_anew(run, event)
    if event.decision is Decision.WITHDRAWN:
        return run if last is Decision.WITHDRAWN else (event,)
    if event.decision is Decision.REFUSED:
        return run if last in GIVING or last is Decision.WITHDRAWN else (event,)
    return run if last is Decision.WITHDRAWN else (event,)


def _agreed(run: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    if event.basis is run[-1].basis:
        return (*run, event)
    return (event,) if event.basis is Basis.EXPRESS else run


def _agreed_anew(run: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    said_no = run and run[-1].decision in {Decision.REFUSED, Decision.WITHDRAWN}
    return run if said_no and _is_silent(event) else (event,)


def _is_silent(event: Event) -> bool:
    """Return whether agreement was read into something else: nothing was ticked or pressed for
    it.
    """
    return event.basis is Basis.IMPLIED and event.control == NOTHING_TOUCHED


def _standing(run: tuple[Event, ...], verified: Collection[int]) -> ConsentState:
    """Return the newest event of *run* that a verified address stands behind, else the newest."""
    found = next((event for event in reversed(run) if event.lead_id in verified), run[-1])
    decision = Decision.GIVEN if found.decision in GIVING else found.decision
    ended_nothing = found.decision is Decision.WITHDRAWN and found.default_state in NOTHING_STOOD
    return ConsentState(
        decision, found.basis, found.occurred_at, found.id, found.lead_id in verified, ended_nothing
    )
