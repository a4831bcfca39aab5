"""The alarm: that the log is not the one that was signed, in a file beside the key until it is
settled.

It does not stand in the database, whose owner may be the one that it is about. Each of those who
look has an alarm of its own: the glance before each sealing, and the patrol that goes over every
entry.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from intake.ledger.files import alone, write_whole
from intake.outbox import Problem

FILE = "ledger_alarm.json"
GLANCE, PATROL = "glance", "patrol"


@dataclass(frozen=True)
class Alarm:
    """What was found, since when, and when it was told by mail last."""

    sentence: str
    since: datetime
    told_at: datetime | None = None


def sound(folder: Path, by: str, sentence: str, *, now: datetime) -> None:
    """Raise the alarm of *by*; one that stands already keeps its time, and is told again when it
    says something new.
    """
    with alone(folder):
        standing = _read(folder)
        former = standing.get(by)
        if former is None or former.sentence != sentence:
            since = former.since if former else now
            _write(folder, {**standing, by: Alarm(sentence, since)})


def end(folder: Path, *by: str) -> None:
    """End the alarms of *by*, whose look found nothing wrong any more."""
    if not standing_alarms(folder).keys() & set(by):
        return
    with alone(folder):
        _write(folder, {one: alarm for one, alarm in _read(folder).items() if one not in by})


def note_told(folder: Path, by: str, *, now: datetime) -> None:
    """Keep that the alarm of *by* was told by mail."""
    with alone(folder):
        standing = _read(folder)
        if by in standing:
            _write(folder, {**standing, by: replace(standing[by], told_at=now)})


def standing_alarms(folder: Path) -> Mapping[str, Alarm]:
    """Return the alarms that stand, by who raised them."""
    return _read(folder)


def log_problem(folder: Path) -> Problem | None:
    """Return the alarm that stands the longest, as something that stands in the way."""
    alarms = sorted(standing_alarms(folder).values(), key=lambda alarm: alarm.since)
    return Problem(f"The consent log: {alarms[0].sentence}", alarms[0].since) if alarms else None


def _read(folder: Path) -> dict[str, Alarm]:
    place = folder / FILE
    try:
        told: dict[str, Any] = json.loads(place.read_text("utf-8"))
        return {
            by: Alarm(one["sentence"], _moment(one["since"]), _moment_or_none(one["told_at"]))
            for by, one in told.items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {
            GLANCE: Alarm(
                f"{place} is damaged; run “intake consent verify” and remove the file",
                datetime.min.replace(tzinfo=UTC),
            )
        }


def _write(folder: Path, alarms: Mapping[str, Alarm]) -> None:
    if not alarms:
        (folder / FILE).unlink(missing_ok=True)
        return
    told = {by: asdict(alarm) for by, alarm in alarms.items()}
    write_whole(folder / FILE, json.dumps(told, indent=1, default=datetime.isoformat) + "\n", 0o600)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _moment_or_none(text: str | None) -> datetime | None:
    return _moment(text) if text else None
