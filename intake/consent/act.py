"""One act of a person in plain values: an event's columns, what opens its commitments, and its
record in the ledger.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from intake import __version__
from intake.ledger import Commitments, Value, stamp
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision

SCHEMA = 2
FACTS = (
    "purpose",
    "channel",
    "decision",
    "basis",
    "statement_version",
    "statement_sha256",
    "language",
    "method",
    "control",
    "default_state",
    "source",
    "rendering_sha256",
    "page",
    "release",
    "actor",
)
"""Columns of an event that its record holds under the same name."""


@dataclass(frozen=True)
class Manner:
    """How something was expressed: by which control, what it said before, by which way it came, who
    acted.
    """

    method: str
    control: str
    default_state: str
    source: str
    actor: str
    page: str
    """The path of the page; never a query string."""
    basis: Basis = Basis.EXPRESS
    rendering_sha256: str | None = None


@dataclass(frozen=True)
class Circumstances:
    """Where it came from: the coarse network address, a keyed hash of the full one, the family of
    the browser.
    """

    network: str = ""
    network_hash: str = ""
    browser: str = ""


@dataclass(frozen=True)
class EventValues:
    """An event as plain values, before it is stored."""

    row: dict[str, Any]
    """Its columns, without the lead and the leaf."""
    facts: dict[str, Value]
    """What the ledger says of it; nothing in it is personal."""


class Whose(Protocol):
    """Whose act it is: a lead, in a session or not yet."""

    @property
    def clinic(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def salt(self) -> bytes | None: ...


class ConsentAct:
    """What one person expresses at one moment, in one or more events.

    `values` are the personal values of that moment, and `person` the commitments that stand for
    them in the ledger.
    """

    def __init__(
        self,
        lead: Whose,
        *,
        now: datetime,
        circumstances: Circumstances | None = None,
        reason: str = "",
        commitments: Commitments | None = None,
    ) -> None:
        self._lead, self._now = lead, now
        self._ids = ids_of_one_act()
        self.values = _personal(lead, circumstances or Circumstances(), reason)
        self.person = (commitments or Commitments(lead.salt or b"")).to(self.values)

    def note(
        self,
        statement: ConsentStatement | None,
        decision: Decision,
        manner: Manner,
        *,
        occurred_at: datetime | None = None,
    ) -> EventValues:
        """Return the event that the person decided so on *statement*."""
        row = {
            "uid": next(self._ids),
            **_words(statement),
            "decision": decision,
            "basis": manner.basis,
            "method": manner.method,
            "control": manner.control,
            "default_state": manner.default_state,
            "source": manner.source,
            "rendering_sha256": manner.rendering_sha256,
            "page": manner.page,
            "release": __version__,
            "actor": manner.actor,
            "occurred_at": occurred_at or self._now,
            "recorded_at": self._now,
        }
        return EventValues(row, _facts(row))

    def record_of(self, note: EventValues, *, is_personal: bool = True) -> dict[str, Value]:
        """Return the record of an event by itself; one that is not *is_personal* binds no personal
        values.
        """
        return {
            "schema": SCHEMA,
            "clinic": self._lead.clinic,
            "request": self._lead.ref,
            "person": self.person if is_personal else {},
            **note.facts,
        }


def ids_of_one_act() -> Iterator[str]:
    """Draw ids of version 4 (RFC 9562) for the events of one act.

    They share their first half, so that an index holds them side by side in one page. The 62 random
    bits of the second half are drawn for each.
    """
    first_half = secrets.randbits(64) << 64
    while True:
        yield str(UUID(int=first_half | secrets.randbits(64), version=4))


NO_WORDS = dict.fromkeys(
    ("statement_id", "statement_version", "statement_sha256", "language", "purpose", "channel")
)


def _words(statement: ConsentStatement | None) -> dict[str, Any]:
    if statement is None:
        return NO_WORDS
    return {
        "statement_id": statement.id,
        "statement_version": statement.version,
        "statement_sha256": statement.sha256,
        "language": statement.language,
        "purpose": statement.purpose,
        "channel": statement.channel,
    }


def event_facts(event: ConsentEvent) -> dict[str, Value]:
    """Return what the ledger's record says of the event itself, by the names that it has there
    (schema 2).
    """
    return _facts(
        {name: getattr(event, name) for name in ("uid", *FACTS, "occurred_at", "recorded_at")}
    )


def _facts(row: Mapping[str, Any]) -> dict[str, Value]:
    return {
        "id": row["uid"],
        **{name: row[name] for name in FACTS},
        "occurred_at": stamp(row["occurred_at"]),
        "recorded_at": stamp(row["recorded_at"]),
    }


def _personal(lead: Whose, circumstances: Circumstances, reason: str) -> dict[str, str]:
    values = {
        "name": lead.name,
        "phone": lead.phone,
        "email": lead.email or "",
        "network": circumstances.network,
        "network_hash": circumstances.network_hash,
        "browser": circumstances.browser,
        "reason": reason,
    }
    return {field: value for field, value in values.items() if value}
