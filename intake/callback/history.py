"""What came before several requests of one clinic: one statement asks for all of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from intake.callback.draft import NewLead
from intake.callback.earlier_requests import (
    A_DAY,
    AN_HOUR,
    BURST,
    LEAST,
    MOST_COUNTED,
    SAME_WITHIN,
    EarlierRequests,
    fact_of,
)
from intake.db import Utc, unindexed
from intake.limits import CLOCKS_DIFFER
from intake.models import InstallationFact, Lead, OutboxEntry, Suppression, Topic
from intake.rows import table_of
from intake.sql import CompiledSql, Row, SqlStatement

LEAD, OUTBOX, LISTED = (table_of(model).c for model in (Lead, OutboxEntry, Suppression))
FACT = table_of(InstallationFact).c
NOBODY: ColumnElement[str] = literal_column("''")
NOTHING: ColumnElement[int] = literal_column("0")

Asked = Select[str, str | None, int, int]
"""What it is, whose it is, and two numbers."""
Parameters = Sequence[BindParameter[str]]


class History:
    """What came before: requests for the same numbers and addresses, and of the last hour; unknown
    is nothing.
    """

    def __init__(self, found: Iterable[Row]) -> None:
        """Take the rows *found* by a `history_query`."""
        self._found: dict[tuple[str, str | None], tuple[int, int]] = {
            (what, whose): (first, second) for what, whose, first, second in found
        }

    def of(self, phone: str, email_hash: str | None) -> EarlierRequests:
        """Return what came before a request for *phone* and the address of *email_hash*."""
        return EarlierRequests(
            for_number=self._of("number", phone)[0],
            lately=self._of("lately", "")[0],
            usual=self._of("lately", "")[1],
            mails=self._of("person", email_hash or "")[1],
        )

    def asked_lately(self, phone: str) -> bool:
        """Return whether somebody asked to be called at *phone* within `SAME_WITHIN`."""
        return self._of("number", phone)[1] > 0

    def knows(self, email_hash: str | None) -> bool:
        """Return whether there are requests with this address."""
        return email_hash is not None and self._of("person", email_hash)[0] > 0

    def is_listed(self, *hashes: str | None) -> bool:
        """Return whether one of an address's hashes was ever put on the suppression list."""
        return any(self._of("listed", one)[0] for one in hashes if one)

    def _of(self, what: str, whose: str) -> tuple[int, int]:
        return self._found.get((what, whose), (0, 0))


def history_query(
    leads: Collection[NewLead], clinic: str, dialect: Dialect, *, now: datetime
) -> SqlStatement:
    """Return the statement that asks what came before *leads*; its rows make a `History`."""
    addresses = [lead.email_hash for lead in leads if lead.email_hash]
    # Only the suppression list has them
    former = [lead.email_hash_former for lead in leads if lead.email_hash_former]
    lists = {
        "phone": [lead.phone for lead in leads],
        "address": addresses,
        "listed": [*addresses, *former],
    }
    sizes = {name: _room_for(len(values)) for name, values in lists.items()}
    return _statement(dialect, **sizes).with_values(
        {
            "clinic": clinic,
            "fact": fact_of(clinic),
            "a_day_ago": now - A_DAY,
            "an_hour_ago": now - AN_HOUR,
            "just_now": now - SAME_WITHIN,
            "ahead": now + CLOCKS_DIFFER,
            **{
                f"{name}_{at}": values[min(at, len(values) - 1)]
                for name, values in lists.items()
                for at in range(sizes[name])
            },
        }
    )


def _room_for(number: int) -> int:
    """Round up to a power of two, so that few statements are compiled, each once."""
    return 1 << (number - 1).bit_length() if number else 0


@cache
def _statement(dialect: Dialect, *, phone: int, address: int, listed: int) -> CompiledSql:
    asked = [_numbers(_parameters("phone", phone)), _lately()]
    if address:
        asked += [_people(_parameters("address", address)), _listed(_parameters("listed", listed))]
    return CompiledSql(union_all(*asked), dialect)


def _parameters(name: str, size: int) -> Parameters:
    """Make one parameter for each value of a list."""
    return [bindparam(f"{name}_{at}", type_=String) for at in range(size)]


CLINIC: BindParameter[str] = bindparam("clinic")
A_DAY_AGO, AN_HOUR_AGO, JUST_NOW, AHEAD = (
    bindparam(name, type_=Utc) for name in ("a_day_ago", "an_hour_ago", "just_now", "ahead")
)


def _numbers(phones: Parameters) -> Asked:
    lately = func.count().filter(LEAD.received_at > JUST_NOW)
    within_a_day = and_(LEAD.received_at > A_DAY_AGO, LEAD.received_at <= AHEAD)
    return (
        select(literal_column("'number'"), LEAD.phone, func.count(), lately)
        .where(unindexed(LEAD.clinic) == CLINIC, LEAD.phone.in_(phones), within_a_day)
        .group_by(LEAD.phone)
    )


def _lately() -> Asked:
    """With what is usual. Counted up to what makes a burst and no further: in one, it is asked for
    each request.
    """
    known = select(FACT.value.cast(Integer)).where(FACT.name == bindparam("fact"))
    usual = func.coalesce(known.scalar_subquery(), 0)
    enough = case((usual < LEAST, LEAST), (usual > MOST_COUNTED, MOST_COUNTED), else_=usual)
    hour = (
        select(LEAD.id)
        .where(LEAD.clinic == CLINIC, LEAD.received_at > AN_HOUR_AGO, LEAD.received_at <= AHEAD)
        .where(or_(LEAD.hold_reason.is_(None), LEAD.hold_reason == BURST))
        .limit(select(enough).scalar_subquery())
        .subquery()
    )
    return select(literal_column("'lately'"), NOBODY, func.count(), usual).select_from(hour)


def _people(addresses: Parameters) -> Asked:
    """Return how many requests there are, and how many acknowledgements of a day were sent or still
    wait.
    """
    waits_or_sent = or_(OUTBOX.delivered_at.is_(None), OUTBOX.problem.is_(None))
    within_a_day = and_(LEAD.received_at > A_DAY_AGO, LEAD.received_at <= AHEAD)
    mails = func.count(OUTBOX.id).filter(within_a_day, waits_or_sent)
    mail = and_(OUTBOX.lead_id == LEAD.id, OUTBOX.topic == Topic.ACKNOWLEDGEMENT)
    requests_and_mails = table_of(Lead).outerjoin(table_of(OutboxEntry), mail)
    return (
        select(literal_column("'person'"), LEAD.email_hash, func.count(), mails)
        .select_from(requests_and_mails)
        .where(unindexed(LEAD.clinic) == CLINIC, LEAD.email_hash.in_(addresses))
        .group_by(LEAD.email_hash)
    )


def _listed(hashes: Parameters) -> Asked:
    return (
        select(literal_column("'listed'"), LISTED.address_hash, func.count(), NOTHING)
        .where(LISTED.clinic == CLINIC, LISTED.address_hash.in_(hashes))
        .group_by(LISTED.address_hash)
    )
