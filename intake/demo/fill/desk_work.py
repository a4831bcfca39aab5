"""What the front desk did about a request, through the rules that take over what staff write in the
sheet.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from intake.config import Clinic
from intake.hours import after_opening_minutes
from intake.models import CallLogEntry, Lead, QueueRow, Status
from intake.sheet.queue.call_log import take_over
from intake.sheet.queue.derived_values import measure
from intake.sheet.queue.staff_words import words_of
from intake.sheet.queue.statuses import OPEN

STAFF = ("Ana", "Marie-Ève", "Joseph", "Priya")
OUTCOMES = {
    Status.BOOKED: 46,
    Status.NOT_INTERESTED: 17,
    Status.REACHED: 9,
    Status.WRONG_NUMBER: 4,
    Status.DO_NOT_CALL: 1,
    Status.DUPLICATE: 3,
    Status.SPAM: 3,
    Status.NO_ANSWER: 9,
    Status.LEFT_VOICEMAIL: 8,
}
UNCALLED = {Status.DUPLICATE, Status.SPAM}
NOBODY_THERE = (Status.NO_ANSWER, Status.LEFT_VOICEMAIL)
GIVEN_UP = timedelta(days=5)
AGAIN, ANOTHER_DAY = 0.3, 0.06
"""So many are not there at the first call; so many ask to be called another day."""
USUAL_MINUTES, SPREAD = 18, 1.0
"""Minutes of opening time until the first call: half are quicker, and a few take very long."""


class Worked:
    """A request's row and call log, as they stand now (*until*)."""

    def __init__(
        self, lead: Lead, clinic: Clinic, chance: random.Random, *, until: datetime
    ) -> None:
        self._lead, self._clinic, self._chance, self._until = lead, clinic, chance, until
        self.row = QueueRow(
            status=Status.NEW,
            status_at=lead.received_at,
            sheet_status=Status.NEW.value,
            assigned_to="",
            last_called="",
            follow_up_on="",
            notes="",
            attempts=0,
            is_duplicated=False,
        )
        self.log = list(self._calls())
        measure(self.row, lead.received_at, clinic)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to call."""
        return self.row.status in OPEN

    def _calls(self) -> Iterator[CallLogEntry]:
        chance = self._chance
        outcome = chance.choices([*OUTCOMES], [*OUTCOMES.values()])[0]
        at = self._later(
            self._lead.received_at, int(chance.lognormvariate(0, SPREAD) * USUAL_MINUTES)
        )
        yield from self._write(
            at - timedelta(minutes=2), Status.CLAIMED, assigned_to=chance.choice(STAFF)
        )
        if outcome not in UNCALLED and chance.random() < AGAIN:
            yield from self._write(at, chance.choice(NOBODY_THERE), rang=True)
            at = self._later(at, chance.randrange(60, 600))
        if outcome not in UNCALLED and chance.random() < ANOTHER_DAY:
            day = (at + timedelta(days=chance.randrange(1, 5))).astimezone(self._clinic.time_zone)
            yield from self._write(
                at, Status.CALL_BACK_LATER, rang=True, follow_up_on=f"{day:%Y-%m-%d}"
            )
            at = self._later(day.replace(hour=0, minute=0), chance.randrange(5, 240))
        yield from self._write(at, outcome, rang=outcome not in UNCALLED, follow_up_on="")
        if outcome in NOBODY_THERE:
            yield from self._write(self._later(at + GIVEN_UP, 0), Status.NOT_INTERESTED)

    def _later(self, at: datetime, minutes: int) -> datetime:
        return after_opening_minutes(self._clinic, at, minutes)

    def _write(
        self, at: datetime, status: Status, *, rang: bool = False, **words: str
    ) -> Iterator[CallLogEntry]:
        """Staff fill in the row; nothing that is still to come."""
        if at > self._until:
            return
        if rang:
            words["last_called"] = f"{at.astimezone(self._clinic.time_zone):%Y-%m-%d %H:%M}"
        entry = take_over(
            self.row, replace(words_of(self.row), status=status.value, **words), now=at
        )
        if entry:
            yield entry
