"""The breach register (PHIPA s. 12, O. Reg. 329/04 s. 6.3; PIPEDA s. 10.3, SOR/2018-64 s. 6):
nothing is ever deleted.

The law asks for every breach to be kept for at least 24 months; here all of them are. It names no
patient: who was concerned is found in the access log. Who is told must be told at the first
reasonable opportunity, so what is open is said with the days that have passed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Act, Breach
from intake.privacy.find import NotDone
from intake.staff.access_log import note
from intake.staff.actor import Actor

WHAT = "breach register"


class BreachKind(StrEnum):
    """The kind of breach in the yearly statistics (O. Reg. 329/04 s. 6.4 (1))."""

    STOLEN = "stolen"
    LOST = "lost"
    USED = "used"
    DISCLOSED = "disclosed"
    COLLECTED = "collected"


KINDS: Mapping[str, str] = {
    BreachKind.STOLEN: "Stolen",
    BreachKind.LOST: "Lost",
    BreachKind.USED: "Used without authority",
    BreachKind.DISCLOSED: "Disclosed without authority",
    BreachKind.COLLECTED: "Collected without authority by means of the electronic health record",
}
GROUNDS: Mapping[str, str] = {
    "knowing": (
        "Used or disclosed by somebody who knew or ought to have known that they had no authority"
    ),
    "stolen": "Stolen",
    "further": (
        "After it was lost, or used or disclosed without authority, it was or will be used "
        "or disclosed further"
    ),
    "pattern": "Part of a pattern of similar losses, or uses or disclosures without authority",
    "college": "A College must be told of a member because of it (PHIPA s. 17.1)",
    "agent": "A College would have to be told if the person were a member of one",
    "significant": (
        "Significant: sensitive, much of it, many people, or several custodians or "
        "agents responsible"
    ),
}
"""Circumstances in which the Commissioner must be told (O. Reg. 329/04 s. 6.3 (1)), in plain
words.
"""


@dataclass(frozen=True)
class BreachReport:
    """What staff enter of a breach."""

    found_on: date
    kind: str
    grounds: tuple[str, ...]
    people: int
    information: str
    what_happened: str
    containment: str
    is_significant_harm_likely: bool
    happened_on: date | None = None
    people_told_on: date | None = None
    ipc_told_on: date | None = None
    opc_told_on: date | None = None
    college_told_on: date | None = None
    remedy: str = ""
    closed_on: date | None = None


TELLINGS = {
    "people_told_on": "The people concerned",
    "ipc_told_on": "The Information and Privacy Commissioner of Ontario",
    "opc_told_on": "The Privacy Commissioner of Canada",
    "college_told_on": "The College",
}


def record_breach(
    session: Session,
    clinic: Clinic,
    told: BreachReport,
    who: Actor,
    *,
    endpoint: str,
    now: datetime,
) -> Breach:
    """Enter a breach under the next number of its year. Raises `NotDone`."""
    _check(told, now.astimezone(clinic.time_zone).date())
    breach = Breach(
        clinic=clinic.key,
        number=_next_number(session, told.found_on.year),
        recorded_by=who.called,
        recorded_at=now,
        changed_at=now,
        **_values(told),
    )
    session.add(breach)
    session.flush()
    note(
        session,
        who,
        Act.CHANGED,
        f"{WHAT}: {breach.number} entered",
        clinic=clinic.key,
        endpoint=endpoint,
        now=now,
    )
    return breach


def change_breach(
    session: Session,
    clinic: Clinic,
    breach: Breach,
    told: BreachReport,
    who: Actor,
    *,
    endpoint: str,
    now: datetime,
) -> None:
    """Change what is entered of *breach*; the access log says which fields, and when. Raises
    `NotDone`.
    """
    _check(told, now.astimezone(clinic.time_zone).date())
    changed = [name for name, value in _values(told).items() if getattr(breach, name) != value]
    for name in changed:
        setattr(breach, name, _values(told)[name])
    if changed:
        breach.changed_at = now
        what = f"{WHAT}: {breach.number} changed"
        note(
            session,
            who,
            Act.CHANGED,
            what,
            clinic=clinic.key,
            endpoint=endpoint,
            now=now,
            reason=", ".join(changed),
        )


def breach_of(session: Session, clinic: Clinic, number: str) -> Breach:
    """Return the breach under *number*. Raises `NotDone`."""
    found = session.scalars(
        select(Breach).where(Breach.clinic == clinic.key, Breach.number == number)
    ).first()
    if found is None:
        raise NotDone(f"There is no breach {number}.")
    return found


def told_of(breach: Breach) -> BreachReport:
    """Return what is entered of *breach*."""
    values = {field.name: getattr(breach, field.name) for field in fields(BreachReport)}
    return BreachReport(**{**values, "grounds": tuple(breach.grounds)})


def breaches(session: Session, clinic: Clinic) -> Sequence[Breach]:
    """Return the register, what was found last first."""
    return session.scalars(
        select(Breach)
        .where(Breach.clinic == clinic.key)
        .order_by(Breach.found_on.desc(), Breach.id.desc())
    ).all()


def still_to_tell(breach: Breach, today: date) -> list[str]:
    """Return who is not told yet, in words with the days since it was found (PHIPA s. 12 (2), (3);
    PIPEDA s. 10.1).
    """
    days = (today - breach.found_on).days
    since = f"{days} day{'' if days == 1 else 's'} since it was found"
    wanted = {
        "people_told_on": breach.people > 0,
        "ipc_told_on": bool(breach.grounds),
        "opc_told_on": breach.is_significant_harm_likely,
        "college_told_on": "college" in breach.grounds,
    }
    missing = [
        name for name, is_wanted in wanted.items() if is_wanted and getattr(breach, name) is None
    ]
    return [f"{TELLINGS[name]} not told yet: {since}" for name in missing]


def _values(told: BreachReport) -> dict[str, object]:
    values = {field.name: getattr(told, field.name) for field in fields(told)}
    return {**values, "grounds": sorted(told.grounds, key=list(GROUNDS).index)}


def _check(told: BreachReport, today: date) -> None:
    if told.kind not in KINDS or not set(told.grounds) <= set(GROUNDS):
        raise NotDone("Select one of the answers listed.")
    if told.people < 0:
        raise NotDone("Enter how many people it concerns, as a number from 0.")
    if told.happened_on and told.happened_on > told.found_on:
        raise NotDone("It cannot be found before it happened; check both days.")
    _check_days(told.found_on, [getattr(told, name) for name in (*TELLINGS, "closed_on")], today)
    if told.closed_on and told.people and not told.people_told_on:
        raise NotDone("Tell the people concerned before you close it (PHIPA s. 12 (2)).")
    if told.closed_on and told.grounds and not told.ipc_told_on:
        raise NotDone("Tell the Commissioner before you close it (O. Reg. 329/04 s. 6.3).")


def _check_days(found_on: date, later: Collection[date | None], today: date) -> None:
    days = [day for day in later if day]
    if found_on > today or any(day > today for day in days):
        raise NotDone("Enter days that are not in the future.")
    if any(day < found_on for day in days):
        raise NotDone(
            "Nobody can be told, and nothing closed, before it was found; check the days."
        )


def _next_number(session: Session, year: int) -> str:
    taken = session.scalar(select(func.max(Breach.number)).where(Breach.number.like(f"{year}-%")))
    return f"{year}-{int(taken.rpartition('-')[2]) + 1 if taken else 1:03}"
