"""Make the sheet what a front desk would like, keep it so, and tell what is off in it. Safe to
repeat.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from intake.config import Clinic
from intake.outbox import Progress
from intake.sheet.errors import SheetError, SheetRefused
from intake.sheet.queue.columns import Layout, Owner, queue_columns
from intake.sheet.shape import (
    basics,
    choices,
    colours,
    filter_views,
    heading,
    protection,
    room,
    tabs,
    unwanted_columns,
)
from intake.sheet.shape.binding import Tabs, bind, complete
from intake.sheet.shape.difference import Difference, Found

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
PARTS: Mapping[str, Callable[[Found, Clinic], Iterator[Difference]]] = {
    "the header's place": heading.heading_differences,
    "time zone and header": basics.basic_differences,
    "drop-downs and date pickers": choices.choice_differences,
    "colours": colours.colour_differences,
    "filter views": filter_views.filter_view_differences,
    "protection": protection.protection_differences,
    "tabs beside the queue": tabs.tab_differences,
    "columns that are not asked for": unwanted_columns.unwanted_differences,
    "room": room.room_differences,
}


class Spreadsheet(Tabs, Protocol):
    """What set-up needs of the adapter."""

    def describe(self, layout: Layout) -> Found: ...


def set_up(spreadsheet: Spreadsheet, clinic: Clinic) -> list[str]:
    """Bring the spreadsheet to what the clinic file asks for, and say line by line what was done.

    Nothing that staff wrote is touched. What Google refuses is left out and said, the rest is done
    all the same.
    """
    said, off = [bind(spreadsheet, clinic)], _off(spreadsheet, clinic)
    said += _put_right(spreadsheet, off)
    said += [
        f"To be done by hand: {one.sentence}"
        for part in off.values()
        for one in part
        if not one.requests
    ]
    return [line for line in said if line] or ["The queue is set up already; nothing to do."]


def differences(spreadsheet: Spreadsheet, clinic: Clinic) -> list[Difference]:
    """Return what is off in a sheet that is set up, part by part. Four reads."""
    layout = spreadsheet.layout()
    missing = [
        Difference(f"The column {column.title} is missing.", is_ours=column.owner is Owner.PIPELINE)
        for column in queue_columns(clinic.queue)
        if column.tag not in layout.places
    ]
    return [*missing, *(one for part in _off(spreadsheet, clinic, layout).values() for one in part)]


def _off(
    spreadsheet: Spreadsheet, clinic: Clinic, layout: Layout | None = None
) -> dict[str, list[Difference]]:
    found = spreadsheet.describe(layout or spreadsheet.layout())
    return {name: list(part(found, clinic)) for name, part in PARTS.items()}


def _put_right(spreadsheet: Spreadsheet, off: Mapping[str, Sequence[Difference]]) -> list[str]:
    off = {name: [one for one in part if one.requests] for name, part in off.items()}
    changes = [request for part in off.values() for one in part for request in one.requests]
    if not changes:
        return []
    try:
        spreadsheet.apply(changes)
    except SheetRefused:
        return [
            line
            for part in off.values()
            for one in part
            for line in _put_right_alone(spreadsheet, one)
        ]
    done = (f"{name} ({len(part)})" for name, part in off.items() if part)
    return [f"Put right: {', '.join(done)}."]


def _put_right_alone(spreadsheet: Spreadsheet, one: Difference) -> list[str]:
    try:
        spreadsheet.apply(list(one.requests))
    except SheetRefused as error:
        return [f"Not put right: {one.sentence} {error} {error.said}".rstrip()]
    return [f"Put right: {one.sentence}"]


@dataclass(frozen=True)
class Upkeep:
    """Keeps what the pipeline owns in shape: its columns, their protection, the colours, its
    tab.
    """

    sheet: Spreadsheet
    clinic: Clinic

    def step(self, now: datetime) -> Progress:
        """Look, and put right what is ours. What belongs to staff waits for “intake sheet
        setup”.
        """
        columns = [one for one in queue_columns(self.clinic.queue) if one.owner is Owner.PIPELINE]
        try:
            layout = self.sheet.layout()
            if any(one.tag not in layout.places for one in columns):
                log.warning("repaired", extra={"what": complete(self.sheet, layout, columns)})
            off = _off(self.sheet, self.clinic)
            ours = {name: [one for one in part if one.is_ours] for name, part in off.items()}
            for line in _put_right(self.sheet, ours):
                log.warning("repaired", extra={"what": line})
        except SheetError as error:
            return Progress(not_before=now + EVERY, problem=str(error))
        return Progress(not_before=now + EVERY)
