"""No sequence of staff edits, faults and kills loses a row or doubles one, or touches what staff
wrote.
"""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from intake.consent.publishing import publish
from intake.db import Database
from intake.migrate import migrate
from intake.models import CallLogEntry, QueueRow, Status
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.deliver import Delivery
from intake.sheet.sync.readback import ReadBack
from tests.conftest import NOON
from tests.demo.sandbox.running import RunningSandbox
from tests.factories import Factory

POLL = timedelta(seconds=15)
FAULTS = st.sampled_from(["429", "500", "500_after", "lost_answer", "drop_before"])
PARTS = st.sampled_from([":batchUpdate", "batchGetByDataFilter", "developerMetadata", "/token"])
WORDS = st.one_of(
    st.sampled_from([status.value for status in Status]),
    st.sampled_from(
        ["=1+1", "+1", "her mum", "", " no answer ", "2026-11-24", '😀 "quoted"\nline']
    ),
)
STAFF = ("Status", "Assigned to", "Notes")
PIPELINE = ("Ref", "Phone", "Call by", "Voicemail OK", "Alert", "Name")


class Killed(BaseException):
    """A SIGKILL, as far as a thread can have one."""


class Desk(RuleBasedStateMachine):
    """Patients, the relay, staff and bad luck, in any order."""

    clinic = None  # given by the test
    template = Path()

    @initialize()
    def begin(self):
        self.folder = Path(mkdtemp())
        shutil.copy(self.template, self.folder / "intake.db")
        self.database = Database(f"sqlite:///{self.folder / 'intake.db'}")
        self.sandbox = RunningSandbox(self.folder / "sheet")
        self.google = GoogleSheet(
            self.sandbox.access.credentials, self.sandbox.access.spreadsheet_id
        )
        set_up(self.google, self.clinic)
        self.delivery = Delivery(
            self.database, self.google, self.clinic, "test", jitter=lambda: 0.0
        )
        self.read_back = ReadBack(self.database, self.google, self.clinic)
        self.now = NOON
        self.leads: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.written: dict[tuple[str, str], str] = {}

    def teardown(self):
        if not hasattr(self, "sandbox"):
            return
        try:
            self.settle()
            self.judge()
        finally:
            self.sandbox.stop()
            self.sandbox.http.close()
            self.database.dispose()
            shutil.rmtree(self.folder)

    # ---- patients and the relay

    @rule(phone=st.sampled_from(["416 555 0123", "416 555 0124", "613 555 0125"]))
    def ask(self, phone):
        with self.database.writing() as session:
            lead = Factory(session, self.clinic)(
                name=f"P{len(self.leads)}", phone=phone, now=self.now
            )
            self.leads[lead.name] = lead.ref

    @rule(wait=st.sampled_from([2, 400]))
    def deliver(self, wait):
        self.now += timedelta(seconds=wait)
        self.delivery.step(self.now)

    @rule(before=st.booleans())
    def deliver_and_be_killed(self, before):
        """Before the call, or between the call and the database."""
        self.now += timedelta(seconds=400)
        add_rows = self.google.add_rows

        def kill(*call):
            if not before:
                add_rows(*call)
            raise Killed

        self.google.add_rows = kill  # type: ignore[method-assign]
        try:
            self.delivery.step(self.now)
        except Killed:
            return
        finally:
            del self.google.add_rows

    @rule()
    def read(self):
        self.now += POLL
        self.read_back.step(self.now)

    @rule(kind=FAULTS, part=PARTS)
    def misfortune(self, kind, part):
        self.sandbox.fault(kind, match=part)

    @rule(hours=st.sampled_from([-30, -1, 30]))
    def clock_jump(self, hours):
        self.now += timedelta(hours=hours)

    # ---- staff

    @precondition(lambda self: self.rows())
    @rule(data=st.data(), title=st.sampled_from(STAFF), words=WORDS)
    def write(self, data, title, words):
        row = data.draw(st.sampled_from(self.rows()))
        self.edit(row, title, words)
        self.written[self.name_of(row), title] = words

    @precondition(lambda self: self.rows())
    @rule(data=st.data(), title=st.sampled_from(PIPELINE))
    def spoil(self, data, title):
        """Overwrite one of our cells; two at most would be guessed, so the relay looks in
        between.
        """
        row = data.draw(st.sampled_from(self.rows()))
        self.edit(row, title, "spoiled")
        self.restore_health()

    @precondition(lambda self: self.rows())
    @rule(data=st.data())
    def delete(self, data):
        row = data.draw(st.sampled_from(self.rows()))
        self.deleted.add(self.name_of(row))
        self.sandbox.staff("delete_rows", tab=self.title, row=row["row"])

    @rule(column=st.integers(0, 16), order=st.sampled_from(["ASCENDING", "DESCENDING"]))
    def sort(self, column, order):
        self.sandbox.staff("sort", tab=self.title, column=column, order=order)

    @rule(row=st.integers(1, 3))
    def insert(self, row):
        self.sandbox.staff("insert_rows", tab=self.title, row=row)
        self.sandbox.staff(
            "edit", tab=self.title, row=row, column=self.at("Notes"), value="staff's own line"
        )

    @rule(column=st.integers(0, 16), to=st.integers(0, 16))
    def move_column(self, column, to):
        self.sandbox.staff("move_column", tab=self.title, column=column, to=to)

    @rule(title=st.sampled_from(["Queue", "Appels", "To do – today"]))
    def rename(self, title):
        self.sandbox.staff("rename_tab", tab=self.title, title=title)

    # ---- looking

    @property
    def tab(self):
        sheet_id = self.google_layout().sheet_id
        return next(
            tab
            for tab in self.sandbox.call("GET", "/sandbox/state").json()["tabs"]
            if tab["id"] == sheet_id
        )

    @property
    def title(self):
        return self.tab["title"]

    def google_layout(self):
        state = self.sandbox.workbook.state
        places = {
            item["metadataValue"]: item["location"]["dimensionRange"]
            for item in state["metadata"]
            if item["metadataKey"] == "intake.column"
        }
        return next(_Layout(place["sheetId"], places) for place in places.values())

    def at(self, title):
        return [column["title"] for column in self.tab["columns"]].index(title)

    def rows(self):
        names = self.at("Name")
        return [row for row in self.tab["rows"] if row["cells"][names] in self.leads]

    def name_of(self, row):
        return row["cells"][self.at("Name")]

    def edit(self, row, title, words):
        body = {
            "action": "edit",
            "sheetId": self.tab["id"],
            "line": row["line"],
            "column": self.at(title),
            "value": words,
        }
        assert self.sandbox.call("POST", "/sandbox/staff", json=body).ok

    def restore_health(self):
        self.sandbox.clear()
        for _ in range(3):
            self.read()

    def settle(self):
        self.sandbox.clear()
        for _ in range(6):
            self.now += timedelta(minutes=10)
            self.delivery.step(self.now)
            self.read()
            self.read()

    def judge(self):
        rows = [row for row in self.tab["rows"] if row["cells"][self.at("Name")]]
        refs = Counter(row["cells"][self.at("Ref")] for row in rows)
        assert refs == {ref: 1 for name, ref in self.leads.items() if name not in self.deleted}
        shown = {
            (self.name_of(row), title): row["cells"][self.at(title)]
            for row in rows
            for title in STAFF
        }
        for (name, title), words in self.written.items():
            if name not in self.deleted:
                assert shown[name, title] == words
        with self.database.reading() as session:
            kept = {row.lead.name: row for row in session.scalars(select(QueueRow))}
            assert {name for name, row in kept.items() if row.removed_at} <= self.deleted
            for row in rows:
                name = self.name_of(row)
                assert (kept[name].sheet_status, kept[name].notes) == (
                    shown[name, "Status"],
                    shown[name, "Notes"],
                )
            assert all(entry.who == "sheet" for entry in session.scalars(select(CallLogEntry)))
        for tab in self.sandbox.workbook.state["sheets"]:
            assert not any(
                "formulaValue" in cell.get("userEnteredValue", {})
                for row in tab["rows"]
                for cell in row
            )


class _Layout:
    def __init__(self, sheet_id, places):
        self.sheet_id, self.places = sheet_id, places


@pytest.fixture(scope="module")
def template(tmp_path_factory, clinic):
    """A migrated database with published words."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.writing() as session:
        publish(session, clinic, now=NOON)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


def test_nothing_is_lost_doubled_or_overwritten(clinic, template):
    Desk.clinic, Desk.template = clinic, template

    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
