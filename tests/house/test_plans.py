"""What SQLite looks a few requests up by: their own index, and never the clinic, which all requests
may share.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from intake.admin.consents.search import search
from intake.config import Clinic
from intake.models import Topic
from intake.outbox import claim, entries_of
from intake.reference import new_reference
from intake.restore.restoring import _leads
from intake.sheet.queue.present_rows import sharing_phones
from intake.sheet.queue.removal_orders import expected_removed, repeat_removal
from intake.sheet.sync.record_changes import _rows
from tests.engines import ONLY_SQLITE
from tests.factories import ADDRESS_KEY, NOON

Ask = Callable[[Session, Clinic], object]
REFS = ("K7F2QGX", "K7F2QGY", "K7F2QGZ")


def found(typed: str, *, by_reference_only: bool = False) -> Ask:
    return lambda session, clinic: search(
        session, clinic.key, typed, address_key=ADDRESS_KEY, by_reference_only=by_reference_only
    )


FEW: dict[str, Ask] = {
    "a reference is looked for": found(new_reference(), by_reference_only=True),
    "a phone number is looked for": found("416 555 0123"),
    "an address is looked for": found("ana@example.com"),
    "rows that staff changed": lambda session, clinic: _rows(session, clinic, REFS),
    "rows that share a phone": lambda session, clinic: sharing_phones(session, clinic, REFS),
    "rows that are out": lambda session, clinic: expected_removed(session, clinic, REFS),
    "rows that were pasted back": lambda session, clinic: repeat_removal(
        session, clinic, REFS, now=NOON
    ),
    "rows that a restore knows": lambda session, clinic: _leads(session, clinic, REFS),
    "what is due": lambda session, _: claim(session, Topic.QUEUE_ROW, now=NOON),
    "what is in a batch": lambda session, _: entries_of(session, 1),
}


@pytest.fixture
def plans(database):
    """How SQLite goes about each statement of the test that names a request or an entry."""
    found: list[str] = []

    def explain(connection, cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            found.extend(
                row[3]
                for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            )

    event.listen(database.engine, "before_cursor_execute", explain)
    yield found
    event.remove(database.engine, "before_cursor_execute", explain)


@ONLY_SQLITE
@pytest.mark.parametrize("ask", FEW.values(), ids=FEW)
def test_a_few_are_found_without_reading_all_of_the_clinic(session, clinic, plans, ask):
    plans.clear()

    ask(session, clinic)

    assert [one for one in plans if one.startswith("SEARCH")]
    assert [
        one
        for one in plans
        if one.endswith("(clinic=?)") or one in ("SCAN lead", "SCAN outbox_entry")
    ] == []
