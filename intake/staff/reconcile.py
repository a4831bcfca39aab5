"""Does the access log still say what the ledger recorded? Each line has its record, and each record
its line.

Whoever looked where they should not would begin here: take a line away, or make it tell of somebody
else.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from intake.db import batched
from intake.models import AccessLogEntry, AccessSubject, Lead, LedgerEntry, StaffMember
from intake.staff.access_log import KIND, named, record_of_access
from intake.staff.account_record import reconcile_accounts
from intake.staff.actor import COMMAND_LINE

AT_ONCE = 1000


def reconcile_accesses(session: Session) -> Iterator[str]:
    """Return each difference in a sentence with its place, without a word of any person's."""
    return (sentence for sentence in reconciling_accesses(session) if sentence)


def reconciling_accesses(session: Session) -> Iterator[str]:
    """Yield what `reconcile_accesses` returns, with "" after each portion that was compared."""
    last, accounts = 0, _accounts(session)
    while portion := _portion(session, last):
        requests = _requests(session, [entry.id for entry, _ in portion])
        for entry, canonical in portion:
            differences = _differences(session, entry, canonical, requests.get(entry.id, ""))
            if entry.actor != accounts.get(entry.staff_id):
                yield (
                    f"access {entry.uid}: the line names somebody else than the account that "
                    "was recorded"
                )
            yield from (f"access {entry.uid}: {what}" for what in differences)
        last = portion[-1][0].id
        session.expunge_all()  # the log of years is not to stay in memory
        yield ""
    yield from _without_line(session)
    yield from reconcile_accounts(session)


def _portion(session: Session, after: int) -> list[tuple[AccessLogEntry, bytes | None]]:
    rows = session.execute(
        select(AccessLogEntry, LedgerEntry.canonical)
        .outerjoin(LedgerEntry, LedgerEntry.leaf == AccessLogEntry.leaf)
        .where(AccessLogEntry.id > after)
        .order_by(AccessLogEntry.id)
        .limit(AT_ONCE)
    )
    return [(entry, canonical) for entry, canonical in rows]


def _requests(session: Session, ids: list[int]) -> dict[int, str]:
    """Return, for each line, the requests that it tells of, as its record should name them."""
    found: dict[int, str] = {}
    for some in batched(ids):
        rows = session.execute(
            select(AccessSubject.entry_id, Lead.ref)
            .outerjoin(Lead, Lead.id == AccessSubject.lead_id)
            .where(AccessSubject.entry_id.in_(some))
            .order_by(AccessSubject.entry_id, AccessSubject.lead_id)
            .execution_options(yield_per=AT_ONCE)
        )
        for entry_id, subjects in groupby(rows, key=lambda row: row[0]):
            found[entry_id] = named(ref or "?" for _, ref in subjects)
    return found


def _differences(
    session: Session, entry: AccessLogEntry, canonical: bytes | None, requests: str
) -> Iterator[str]:
    if canonical is None:
        yield "its record is not in the ledger"
        return
    try:
        record: Mapping[str, Any] = json.loads(canonical)
    except ValueError:
        yield "its record cannot be read"
        return
    told = record_of_access(entry, requests)
    for name in told.keys() - {"reason"}:
        if record.get(name) != told[name]:
            yield f"{name} was recorded as “{record.get(name)}”, the line says “{told[name]}”"
    if record.get("reason") != told["reason"] and not (
        entry.reason is None and _is_of_erased(session, entry)
    ):
        yield "its reason is not the one that was recorded"


def _accounts(session: Session) -> dict[int | None, str]:
    """Return the name that a line has for each account: its address, which stays; without one it
    was the command line.
    """
    accounts: dict[int | None, str] = {None: COMMAND_LINE.called}
    accounts.update(
        (number, email)
        for number, email in session.execute(select(StaffMember.id, StaffMember.email))
    )
    return accounts


def _is_of_erased(session: Session, entry: AccessLogEntry) -> bool:
    """Return whether the reason may be gone: it was emptied with a person whom the access was
    to.
    """
    whose = select(AccessSubject.lead_id).where(AccessSubject.entry_id == entry.id)
    return (
        session.scalar(select(exists().where(Lead.id.in_(whose), Lead.erased_at.is_not(None))))
        or False
    )


def _without_line(session: Session) -> Iterator[str]:
    rows = session.scalars(
        select(LedgerEntry.canonical)
        .where(LedgerEntry.kind == KIND, ~exists().where(AccessLogEntry.leaf == LedgerEntry.leaf))
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for canonical in rows:
        yield (
            f"access {_id_in(canonical)}: was recorded in the ledger, but its line is gone "
            "from the access log"
        )


def _id_in(canonical: bytes) -> str:
    try:
        return str(json.loads(canonical).get("id"))
    except (ValueError, AttributeError):
        return "that cannot be read"
