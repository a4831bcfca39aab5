"""The breach register: what the law asks to be entered, in order, told in time, and counted by
year.
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from intake.models import AccessLogEntry
from intake.privacy.breach_statistics import as_csv, due_on, statistics
from intake.privacy.breaches import (
    BreachReport,
    breach_of,
    breaches,
    change_breach,
    record_breach,
    still_to_tell,
    told_of,
)
from intake.privacy.find import NotDone
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.privacy.held import ONE_ENGINE

FOUND = date(2026, 11, 11)
FAX = BreachReport(
    FOUND,
    "disclosed",
    ("knowing", "college"),
    12,
    "names, numbers",
    "A list was faxed to a stranger",
    "asked to shred it",
    True,
)


def entered(session, clinic, told=FAX):
    return record_breach(session, clinic, told, COMMAND_LINE, endpoint="breaches.new", now=NOON)


def changed(session, clinic, breach, **changes):
    told = replace(told_of(breach), **changes)
    change_breach(session, clinic, breach, told, COMMAND_LINE, endpoint="breaches.entry", now=NOON)


def test_breaches_are_numbered_by_the_year_in_which_they_were_found(session, clinic):
    first, second = entered(session, clinic), entered(session, clinic)
    earlier = entered(session, clinic, replace(FAX, found_on=date(2025, 3, 1)))

    assert [one.number for one in (first, second, earlier)] == ["2026-001", "2026-002", "2025-001"]
    assert breaches(session, clinic) == [second, first, earlier]
    assert told_of(breach_of(session, clinic, "2026-001")) == FAX


@ONE_ENGINE
def test_who_must_be_told_is_said_with_the_days_that_passed(session, clinic):
    breach = entered(session, clinic)
    assert still_to_tell(breach, date(2026, 11, 23)) == [
        "The people concerned not told yet: 12 days since it was found",
        (
            "The Information and Privacy Commissioner of Ontario not told yet: 12 days since "
            "it was found"
        ),
        "The Privacy Commissioner of Canada not told yet: 12 days since it was found",
        "The College not told yet: 12 days since it was found",
    ]

    changed(
        session,
        clinic,
        breach,
        people_told_on=FOUND,
        ipc_told_on=FOUND,
        grounds=("knowing",),
        is_significant_harm_likely=False,
    )

    assert still_to_tell(breach, date(2026, 11, 23)) == []


@ONE_ENGINE
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"happened_on": date(2026, 11, 12)}, "before it happened"),
        ({"found_on": date(2026, 11, 24)}, "not in the future"),
        ({"ipc_told_on": date(2026, 11, 10)}, "before it was found"),
        ({"people": -1}, "as a number from 0"),
        ({"kind": "eaten"}, "answers listed"),
        ({"closed_on": FOUND}, "Tell the people"),
        ({"closed_on": FOUND, "people_told_on": FOUND}, "Tell the Commissioner"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(session, clinic, changes, said):
    with pytest.raises(NotDone, match=said):
        entered(session, clinic, replace(FAX, **changes))


def test_a_change_is_in_the_access_log_with_the_fields_that_changed(session, clinic):
    breach = entered(session, clinic)

    changed(session, clinic, breach, remedy="a cover sheet", people=13)
    changed(session, clinic, breach)

    lines = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id)).all()
    assert [(one.what, one.reason) for one in lines] == [
        ("breach register: 2026-001 entered", None),
        ("breach register: 2026-001 changed", "people, remedy"),
    ]


@ONE_ENGINE
def test_a_year_is_counted_as_the_commissioner_wants_it(session, clinic):
    for told in (
        FAX,
        replace(FAX, people=1, ipc_told_on=FOUND),
        replace(FAX, kind="lost", found_on=date(2025, 1, 2)),
    ):
        entered(session, clinic, told)

    counts = dict(statistics(breaches(session, clinic), 2026))

    assert (counts["Disclosed without authority"], counts["Lost"], counts["All breaches"]) == (
        2,
        0,
        2,
    )
    assert (counts["People: one person"], counts["People: 11 to 50"]) == (1, 1)
    assert counts["Reported to the Commissioner when they happened"] == 1
    assert as_csv([("Lost", 1)], 2026).splitlines() == [
        '"Personal health information, 2026",count',
        "Lost,1",
    ]
    assert due_on(2026) == date(2027, 3, 1)
