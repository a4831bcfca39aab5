"""The list for the morning when Google is down."""

import csv
import io
from datetime import timedelta

import pytest

from intake.models import QueueRow, Status
from intake.sheet.queue.derived_values import measure
from intake.sheet.queue.open_queue import as_table, open_requests, write_csv
from intake.spreadsheet_text import neutral
from tests.conftest import NOON


@pytest.fixture
def row(session, clinic):
    def make(lead, **values):
        found = QueueRow(lead_id=lead.id, status_at=NOON, **({"follow_up_on": ""} | values))
        measure(found, lead.received_at, clinic)
        session.add(found)
        session.flush()

    return make


def test_who_was_promised_first_comes_first_and_a_follow_up_comes_on_its_day(
    session, clinic, lead, row
):
    late = lead(name="Late", now=NOON - timedelta(days=3))
    again = lead(name="Again", now=NOON - timedelta(days=4))
    new = lead(name="New", now=NOON)
    session.flush()
    for name, status in (
        ("Booked", Status.BOOKED),
        ("Spam", Status.SPAM),
        ("Forbidden", Status.DO_NOT_CALL),
    ):
        closed = lead(name=name)
        session.flush()
        row(closed, status=status, sheet_status=status)
    row(
        again,
        status=Status.CALL_BACK_LATER,
        sheet_status="Call back later",
        follow_up_on="2026-11-24",
        attempts=2,
    )
    row(late, assigned_to="Zoé")

    found = open_requests(session, clinic, now=NOON)

    assert [line.name for line in found] == ["Late", "New", "Again"]
    assert (found[2].status, found[2].attempts, found[2].follow_up_on) == (
        "Call back later",
        "2",
        "2026-11-24",
    )
    assert (found[0].assigned_to, found[0].overdue, found[1].overdue) == ("Zoé", "Yes", "")
    assert found[1].ref == new.ref


def test_a_number_that_costs_or_that_nobody_knows_is_told_to_staff(session, clinic, lead):
    for phone in ("416 555 0123", "1-900-555-1234", "861 555 0123"):
        lead(phone=phone)
    session.flush()

    said = {line.phone: line.alert for line in open_requests(session, clinic, now=NOON)}

    assert said["416-555-0123"] == ""
    assert "may cost extra" in said["900-555-1234"]
    assert "area code is not known" in next(
        alert for phone, alert in said.items() if "861" in phone
    )


def test_the_csv_holds_no_formula(session, clinic, lead):
    lead(name='=HYPERLINK("http://x","y")', phone="416 555 0123")
    out = io.StringIO()

    write_csv(open_requests(session, clinic, now=NOON), out)

    header, line = csv.reader(io.StringIO(out.getvalue()))
    assert header[:5] == ["Call by", "Overdue", "Ref", "Name", "Phone"]
    assert line[3] == '\'=HYPERLINK("http://x","y")'
    assert line[4] == "416-555-0123"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", " =1"])
def test_what_would_be_a_formula_is_neutralised(text):
    assert neutral(text) == f"'{text}"


def test_a_formula_after_a_semicolon_which_may_part_cells_is_neutralised():
    assert neutral("Ana;=1+1; @x;y") == "Ana;'=1+1; '@x;y"


def test_the_table_has_no_control_character(session, clinic, lead):
    lead(name="Ana \x1b[31m")

    table = list(as_table(open_requests(session, clinic, now=NOON)))

    assert table[0].startswith("Call by")
    assert all(line.isprintable() for line in table)
