"""What came before several requests of one clinic: asked with one statement, and looked up for each by itself."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from intake.callback.arrivals import A_DAY, AN_HOUR, BURST, LEAST, MOST_COUNTED, SAME_WITHIN, Arrivals, fact_of
from intake.db import Utc, unindexed
from intake.limits import CLOCKS_DIFFER
from intake.models import InstallationFact, Lead, OutboxEntry, Suppression, Topic
from intake.rows import table_of

LEAD, OUTBOX, LISTED = (table_of(model).c for model in (Lead, OutboxEntry, Suppression))
FACT = table_of(InstallationFact).c
NOBODY: ColumnElement[str] = literal_column("''")
NOTHING: ColumnElement[int] = literal_column("0")

Asked = Select[str, str | None, int, int]
"""What it is, whose it is, and two numbers."""


class History:
    """What came before: requests for the same numbers and addresses, and of the last hour; unknown is nothing."""

    def __init__(
        self,
        connection: Connection,
        clinic: str,
        *,
        phones: Collection[str],
        addresses: Collection[str],
        former: Collection[str] = (),
        now: datetime,
    ) -> None:
        """Ask. *addresses* are hashes, *former* those of earlier releases, which only the suppression list knows."""
        asked = {
            "clinic": clinic, "fact": fact_of(clinic), "phones": list(phones), "addresses": list(addresses),
            "listed": [*addresses, *former], "a_day_ago": now - A_DAY, "an_hour_ago": now - AN_HOUR,
            "just_now": now - SAME_WITHIN, "ahead": now + CLOCKS_DIFFER,
        }  # fmt: skip
        found = connection.execute(_statement(has_addresses=bool(addresses)), asked)
        self._found: dict[tuple[str, str | None], tuple[int, int]] = {
            (what, whose): (first, second) for what, whose, first, second in found
        }

    def of(self, phone: str, email_hash: str | None) -> Arrivals:
        """What came before a request for *phone* and the address of *email_hash*."""
        return Arrivals(
            for_number=self._of("number", phone)[0],
            lately=self._of("lately", "")[0],
            usual=self._of("lately", "")[1],
            mails=self._of("person", email_hash or "")[1],
        )

    def asked_lately(self, phone: str) -> bool:
        """Whether somebody asked to be called at *phone* within `SAME_WITHIN`."""
        return self._of("number", phone)[1] > 0

    def knows(self, email_hash: str | None) -> bool:
        """Whether there are requests with this address."""
        return email_hash is not None and self._of("person", email_hash)[0] > 0

    def is_listed(self, *hashes: str | None) -> bool:
        """Whether one of an address's hashes was ever put on the suppression list."""
        return any(self._of("listed", one)[0] for one in hashes if one)

    def _of(self, what: str, whose: str) -> tuple[int, int]:
        return self._found.get((what, whose), (0, 0))


@cache
def _statement(*, has_addresses: bool) -> CompoundSelect[str, str | None, int, int]:
    """Built once: to build and compare it for each request took longer than to run it."""
    asked = [_numbers(), _lately()]
    if has_addresses:
        asked += [_people(), _listed()]
    return union_all(*asked)


CLINIC: BindParameter[str] = bindparam("clinic")
A_DAY_AGO, AN_HOUR_AGO, JUST_NOW, AHEAD = (
    bindparam(name, type_=Utc) for name in ("a_day_ago", "an_hour_ago", "just_now", "ahead")
)
ADDRESSES: BindParameter[str] = bindparam("addresses", expanding=True)


def _numbers() -> Asked:
    lately = func.count().filter(LEAD.received_at > JUST_NOW)
    within_a_day = and_(LEAD.received_at > A_DAY_AGO, LEAD.received_at <= AHEAD)
    return (
        select(literal_column("'number'"), LEAD.phone, func.count(), lately)
        .where(unindexed(LEAD.clinic) == CLINIC, LEAD.phone.in_(bindparam("phones", expanding=True)), within_a_day)
        .group_by(LEAD.phone)
    )


def _lately() -> Asked:
    """With what is usual. Counted up to what makes a burst and no further: in one, it is asked for each request."""
    known = select(FACT.value.cast(Integer)).where(FACT.name == bindparam("fact"))
    usual = func.coalesce(known.scalar_subquery(), 0)
    enough = case((usual < LEAST, LEAST), (usual > MOST_COUNTED, MOST_COUNTED), else_=usual)
    hour = (
        select(LEAD.id)
        .where(LEAD.clinic == CLINIC, LEAD.received_at > AN_HOUR_AGO, LEAD.received_at <= AHEAD)
        .where(or_(LEAD.held_for.is_(None), LEAD.held_for == BURST))
        .limit(select(enough).scalar_subquery())
        .subquery()
    )
    return select(literal_column("'lately'"), NOBODY, func.count(), usual).select_from(hour)


def _people() -> Asked:
    """How many requests there are, and how many acknowledgements of a day were sent or still wait."""
    waits_or_sent = or_(OUTBOX.delivered_at.is_(None), OUTBOX.problem.is_(None))
    within_a_day = and_(LEAD.received_at > A_DAY_AGO, LEAD.received_at <= AHEAD)
    mails = func.count(OUTBOX.id).filter(within_a_day, waits_or_sent)
    mail = and_(OUTBOX.lead_id == LEAD.id, OUTBOX.topic == Topic.ACKNOWLEDGEMENT)
    requests_and_mails = table_of(Lead).outerjoin(table_of(OutboxEntry), mail)
    return (
        select(literal_column("'person'"), LEAD.email_hash, func.count(), mails)
        .select_from(requests_and_mails)
        .where(unindexed(LEAD.clinic) == CLINIC, LEAD.email_hash.in_(ADDRESSES))
        .group_by(LEAD.email_hash)
    )


def _listed() -> Asked:
    return (
        select(literal_column("'listed'"), LISTED.address_hash, func.count(), NOTHING)
        .where(LISTED.clinic == CLINIC, LISTED.address_hash.in_(bindparam("listed", expanding=True)))
        .group_by(LISTED.address_hash)
    )
