"""The acts that the database has on record, as the copy outside of it would say them
(`ledger.kept_acts`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from intake.consent.copied_events import KINDS, kept_act, lifted
from intake.db import batched
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import AccessLogEntry, Act, ConsentEvent, Suppression
from intake.staff.copied_accesses import ACCOUNT, kept_acts
from intake.staff.copied_accesses import KINDS as OF_ACCESS

NEARBY = 1000
LATE = timedelta(minutes=10)
AT_ONCE = 2000
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class TableProgress:
    """How far the tables were looked through: the last event, the last line of the access log, the
    last lift.
    """

    event: int = 0
    line: int = 0
    lift: datetime = LONG_AGO

    @property
    def a_little_before(self) -> "TableProgress":
        """Return where to look again: a transaction may commit a lower number, or an earlier time,
        after a later one.
        """
        return TableProgress(
            max(0, self.event - NEARBY), max(0, self.line - NEARBY), self.lift - LATE
        )

    def or_later(self, other: "TableProgress") -> "TableProgress":
        """This place, or *other* where that is further on."""
        return TableProgress(
            max(self.event, other.event), max(self.line, other.line), max(self.lift, other.lift)
        )


def recorded_since(session: Session, place: TableProgress) -> tuple[list[KeptAct], TableProgress]:
    """Return acts that were recorded after *place*, oldest first and a portion at once, and the
    place where to go on.
    """
    events = session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.decision.in_(KINDS), ConsentEvent.id > place.event)
        .options(joinedload(ConsentEvent.lead))
        .order_by(ConsentEvent.id)
        .limit(AT_ONCE)
    ).all()
    about_accounts = (AccessLogEntry.act == Act.CHANGED) & AccessLogEntry.what.startswith(ACCOUNT)
    lines = session.scalars(
        select(AccessLogEntry)
        .where(
            or_(AccessLogEntry.act.in_(OF_ACCESS), about_accounts), AccessLogEntry.id > place.line
        )
        .order_by(AccessLogEntry.id)
        .limit(AT_ONCE)
    ).all()
    off = session.scalars(
        select(Suppression)
        .where(Suppression.lifted_at > place.lift)
        .order_by(Suppression.lifted_at)
        .limit(AT_ONCE)
    ).all()
    acts = [act for event in events if (act := kept_act(event, event.lead))]
    acts += [
        act
        for line in lines
        for act in kept_acts(line, [subject.lead for subject in line.subjects])
    ]
    acts += [
        lifted(one.clinic, one.address_hash, one.purpose, at=one.lifted_at)
        for one in off
        if one.lifted_at
    ]
    reached = TableProgress(
        max([place.event, *(one.id for one in events)]),
        max([place.line, *(one.id for one in lines)]),
        max([place.lift, *(one.lifted_at for one in off if one.lifted_at)]),
    )
    return sorted(acts, key=lambda act: act.at), reached


def lost(session: Session, acts: Iterable[KeptAct], clinic: str) -> list[KeptAct]:
    """Return the *clinic*'s *acts* that forbid something and that the database has not on record,
    oldest first.

    What was done again after an earlier loss does not count.
    """
    ours = [act for act in acts if act.clinic == clinic and not act.allows]
    settled = {act.uid for act in ours if act.kind is KeptActKind.DONE_AGAIN}
    wanted = [
        act for act in ours if act.kind is not KeptActKind.DONE_AGAIN and act.uid not in settled
    ]
    known = _known(session, {act.uid for act in wanted})
    return [act for act in wanted if act.uid not in known]


def _known(session: Session, uids: Collection[str]) -> set[str]:
    known = set[str]()
    for some in batched(sorted(uids)):
        known.update(session.scalars(select(ConsentEvent.uid).where(ConsentEvent.uid.in_(some))))
        known.update(
            session.scalars(select(AccessLogEntry.uid).where(AccessLogEntry.uid.in_(some)))
        )
    return known
