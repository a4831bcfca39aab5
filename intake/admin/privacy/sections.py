"""The person export as a page: its parts in order, each with its rows as names and values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TITLES = {
    "about": "About this copy",
    "request": "Your request",
    "consent": "What you agreed to or refused",
    "not_to_be_mailed": "Emails we do not send to your address",
    "mail": "Mail we sent",
    "outbox": "What was passed on",
    "front_desk": "In the front desk’s list",
    "calls": "Our calls to you, as staff noted them",
    "corrections": "What was corrected",
    "access": "Who looked at it",
    "erasure": "Erasure",
}

CONSENT = (
    "occurred_at",
    "decision",
    "purpose",
    "words",
    "language",
    "method",
    "statement_version",
    "entered",
)
"""What a person reads of an event; digests and the rest stand in the JSON."""
TECHNICAL = frozenset({"leaf", "template_sha256", "message_id", "changed", "schema"})

Row = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """One part of the export."""

    title: str
    rows: Sequence[Row]


def sections(export: dict[str, Any]) -> list[Section]:
    """Return every part; one without rows says that nothing is held."""
    return [
        Section(TITLES[part], [_row(part, one) for one in _listed(content)])
        for part, content in export.items()
    ]


def _listed(content: Any) -> Sequence[dict[str, Any]]:
    return [content] if isinstance(content, dict) else content


def _row(part: str, facts: dict[str, Any]) -> Row:
    names = CONSENT if part == "consent" else [name for name in facts if name not in TECHNICAL]
    told = ((name.replace("_", " ").capitalize(), _said(facts[name])) for name in names)
    return [(name, value) for name, value in told if value]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
