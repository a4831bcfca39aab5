"""What must be true once everything has come to rest."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import requests
from sqlalchemy import select

from intake.models import CallLogEntry, Lead, QueueRow, Topic
from intake.outbox import waiting
from intake.sheet.queue.removal_orders import MAY_COME
from tests.chaos.mailbox import copies, deliver_what_is_held, doubled, wrong_mails
from tests.chaos.world import STAFF, World
from tests.waiting import RAN_TOO_LONG

MANY_LOOKS = 60
"""One every five seconds: longer than anything is put off for."""


def wait_for_verdict(world: World) -> list[str]:
    """What is still wrong when the relay has looked at the sheet often enough; empty when all is
    well.
    """
    until = time.monotonic() + RAN_TOO_LONG
    wrong = list(verdict(world))
    while wrong and _looks(world) < MANY_LOOKS and time.monotonic() < until:
        world.keep_running()
        threading.Event().wait(0.5)
        wrong = list(verdict(world))
    deliver_what_is_held(world)
    return [*wrong, *wrong_mails(world)]


def _looks(world: World) -> int:
    """How often the relay read the sheet since things came to rest."""
    return sum(call["status"] == requests.codes.ok for call in world.sandbox.calls("ByDataFilter"))


def verdict(world: World) -> Iterator[str]:
    """Each broken promise as a sentence."""
    tab = world.tab
    titles = [column["title"] for column in tab["columns"]]
    rows = [dict(zip(titles, row["cells"], strict=True)) for row in tab["rows"]]
    ours = [row for row in rows if row["Name"] or row["Ref"]]
    refs = Counter(row["Ref"] for row in ours)
    locked = _locked(world)
    expected = {
        ref: name for name, ref in world.leads.items() if name not in world.deleted | locked
    }
    # Deleted by staff before its lock or after it: then the row came back, or not
    either = {world.leads[name] for name in world.deleted & world.locked - locked}
    yield from (
        f"{ref} ({name}) has {refs[ref]} rows" for ref, name in expected.items() if refs[ref] != 1
    )
    yield from (f"{ref} stands there twice" for ref in either if refs[ref] > 1)
    yield from (
        f"{ref} stands there and should not" for ref in refs if ref not in expected.keys() | either
    )
    shown = {(row["Name"], title): row[title] for row in ours for title in STAFF}
    for place, words in world.written.items():
        if place[0] not in world.deleted | world.locked and shown.get(place) != words:
            yield f"{place} says {shown.get(place)!r}; staff wrote {words!r}"
    yield from _in_the_database(world, ours)
    for sheet in world.sandbox.workbook.state["sheets"]:
        if sheet["properties"]["title"] != "Pipeline" and any(
            "formulaValue" in cell.get("userEnteredValue", {})
            for row in sheet["rows"]
            for cell in row
        ):
            yield f"something in “{sheet['properties']['title']}” became a formula"


def _locked(world: World) -> set[str]:
    with world.database.reading() as session:
        return set(session.scalars(select(Lead.name).where(Lead.restricted_at.is_not(None))))


def _in_the_database(world: World, ours: list[dict[str, str]]) -> Iterator[str]:
    with world.database.reading() as session:
        stored = Counter(session.scalars(select(Lead.ref)))
        if stored != Counter(world.leads.values()):
            yield f"{len(world.leads)} confirmed, {sum(stored.values())} stored"
        if (
            left := waiting(session, Topic.QUEUE_ROW, MAY_COME)[0]
            + waiting(session, Topic.REMOVE_ROW)[0]
        ):
            yield f"{left} wait for the sheet"
        kept = {row.lead.name: row for row in session.scalars(select(QueueRow))}
        early = {name for name, row in kept.items() if row.removed_at} - world.deleted
        if early:
            yield f"taken for deleted: {early}"
        for row in ours:
            known = kept.get(row["Name"])
            if known and (known.sheet_status, known.assigned_to, known.notes) != tuple(
                row[title] for title in STAFF
            ):
                yield f"{row['Name']}: the database does not say what the sheet says"
        if any(entry.who != "sheet" for entry in session.scalars(select(CallLogEntry))):
            yield "somebody else than the sheet stands in the call log"


def report(world: World, wrong: list[str]) -> str:
    """The run in a few lines."""
    calls = Counter(str(call["status"] or "broken off") for call in world.sandbox.requests())
    happened = ", ".join(f"{what} {count}" for what, count in sorted(world.done.items()))
    lines = [
        f"seed {world.seed}: {len(world.leads)} requests confirmed, {len(world.deleted)} rows "
        f"deleted by staff, {len(world.written)} staff cells written",
        f"what happened: {happened}",
        f"mails: {len(copies(world))} people have theirs, {doubled(world)} came twice",
        f"calls since things came to rest: {dict(calls)}",
        *(
            wrong
            or [
                (
                    "Each request has exactly one row, staff's words are untouched, nothing "
                    "was evaluated."
                )
            ]
        ),
    ]
    return "\n".join(lines)
