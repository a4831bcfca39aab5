"""Opening hours as the clinic file writes them: periods on the wall clock, for each day of the
week.
"""

import re
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from intake.config.kinds import Part


def _period(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", value.replace(" ", ""))
    if not found:
        raise ValueError('expected opening hours like "08:00-12:30"')
    return {"opens": found[1], "closes": found[2]}


class OpeningPeriod(Part):
    """One stretch of opening hours on the clinic's wall clock."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("closing time must come after opening time")
        return self


Day = tuple[Annotated[OpeningPeriod, BeforeValidator(_period)], ...]


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class OpeningHours(Part):
    """A list of periods for each day of the week, in order; an empty list is a day off."""

    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day
    closed_on: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not any(self.week()):
            raise ValueError("the clinic must be open on at least one day of the week")
        for name, day in zip(DAYS, self.week(), strict=True):
            if any(one.closes > two.opens for one, two in pairwise(day)):
                raise ValueError(f"the periods of {name} must follow each other without overlap")
        return self

    def week(self) -> tuple[Day, ...]:
        """Return the seven days from Monday, as `date.weekday()` counts."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )
