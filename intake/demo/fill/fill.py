"""Fill an empty demonstration with two years of requests, so that every page can be tried at its
full size.
"""

import gc
import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.publishing import publish
from intake.db import Database
from intake.demo.fill.agreements import (
    DemoEvent,
    Publication,
    answers,
    circumstances,
    confirmed,
    publications,
    superseded,
    withdrawn,
)
from intake.demo.fill.arrivals import PERIOD, arrivals
from intake.demo.fill.desk_work import Worked
from intake.demo.fill.people import Crowd
from intake.demo.fill.portion import Portion, write
from intake.demo.fill.requests import lead_of
from intake.languages import LANGUAGES
from intake.ledger.seal import seal
from intake.models import ConsentEvent, Lead
from intake.reference import new_reference

SEED = 5
AT_ONCE = 1000
LONGEST_SEAL = 20_000
NEWEST, ONE_OF = 50, 400
"""So many, and at most one of so many, just came: they wait to be put into the sheet, and nobody
has called.
"""
ROOM = 256 * 1024  # KiB
FORMER_PHONE = "+16135550199"
"""Under which the clinic asked for consent in the first year: people agreed to two versions of the
words.
"""


@dataclass(frozen=True)
class Filled:
    """What there is now."""

    leads: int
    events: int


@dataclass
class Years:
    """Everything that happens, in its order."""

    clinic: Clinic
    address_key: bytes
    now: datetime
    words: dict[str, list[Publication]]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  (no secret)
    later: list[tuple[datetime, int, DemoEvent]] = field(default_factory=list)
    """Events that people cause some time after their request, the next one first."""
    refs: set[str] = field(default_factory=set)

    def portions(self, number: int) -> Iterator[Portion]:
        """*number* requests and all that followed, a thousand requests at once."""
        portion, crowd, turns = Portion(), Crowd(self.chance), count()
        moments = arrivals(number, self.clinic.time_zone, self.chance, until=self.now)
        newest = number - min(NEWEST, number // ONE_OF)
        for at, moment in enumerate(moments):
            portion.events += self._until(moment)
            self._ask(portion, crowd, moment, turns, is_newest=at >= newest)
            if len(portion.worked) >= AT_ONCE:
                yield portion
                portion = Portion()
        portion.events += self._until(self.now)
        yield portion

    def _ask(
        self,
        portion: Portion,
        crowd: Crowd,
        moment: datetime,
        turns: Iterator[int],
        *,
        is_newest: bool,
    ) -> None:
        somebody = crowd.next()
        ref = self._free_reference()
        lead = lead_of(
            somebody, self.clinic, self.chance, ref=ref, address_key=self.address_key, now=moment
        )
        words = self.words[somebody.language]
        shown = next((one for one in reversed(words) if one.since <= moment), words[0])
        agreed, where = crowd.purposes(somebody), circumstances(self.chance, self.address_key)
        portion.events += [
            *superseded(lead, somebody, agreed, shown, words),
            *answers(lead, somebody, agreed, shown, where),
        ]
        for one in (
            *confirmed(lead, shown, self.chance, where),
            *withdrawn(lead, somebody, shown, self.chance, where),
        ):
            heapq.heappush(self.later, (one.event.recorded_at, next(turns), one))
        worked = None if is_newest else Worked(lead, self.clinic, self.chance, until=self.now)
        portion.worked.append((lead, worked))

    def _free_reference(self) -> str:
        while (ref := new_reference()) in self.refs:  # of a hundred thousand, some thirty meet
            pass
        self.refs.add(ref)
        return ref

    def _until(self, moment: datetime) -> Iterator[DemoEvent]:
        while self.later and self.later[0][0] <= moment:
            yield heapq.heappop(self.later)[2]


def fill(
    database: Database,
    clinic: Clinic,
    number: int,
    *,
    address_key: bytes,
    ledger: tuple[Path, str],
    now: datetime,
    say: Callable[[str], None],
) -> Filled:
    """Invent *number* requests with their consent events, unless there are some already; seal the
    log as it grows.

    *ledger* is the folder of the signing key and the log's name. Each portion is one transaction.
    """
    with database.reading() as session:
        before = _counted(session)
    if before.leads:
        say(
            f"The demonstration holds {before.leads:,} requests already and is not filled; "
            "give another --data."
        )
        return before
    with database.writing() as session:
        _publish_twice(session, clinic, now)
        words = {language: publications(session, clinic.key, language) for language in LANGUAGES}
    done = 0
    with _collector_at_rest():
        for portion in Years(clinic, address_key, now, words).portions(number):
            with database.writing() as session:
                _have_room(session)
                write(session, portion, now=now)
                seal(session, *ledger, now=now, at_once=LONGEST_SEAL)
            done += len(portion.worked)
            say(f"{done:,} of {number:,} requests")
            gc.collect()
    with database.reading() as session:
        return _counted(session)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Requests and their events refer to each other. Walking over them all the time was a fifth of
    the work.
    """
    gc.disable()
    gc.freeze()  # what was there before is not walked over at all
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def _have_room(session: Session) -> None:
    """Hashes fall anywhere in SQLite's indexes, whose pages would else be fetched and put away for
    each of them.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA cache_size = -{ROOM}"))


def _publish_twice(session: Session, clinic: Clinic, now: datetime) -> None:
    """The words as they were two years ago, and today's since one year."""
    former = clinic.phones.model_copy(update={"reception": FORMER_PHONE})
    publish(
        session, clinic.model_copy(update={"phones": former}), now=now - PERIOD - timedelta(days=1)
    )
    publish(session, clinic, now=now - PERIOD / 2)


def _counted(session: Session) -> Filled:
    leads, events = (
        session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Lead, ConsentEvent)
    )
    return Filled(leads, events)
