"""An erased person leaves the sheet too, with what staff wrote there, and nothing of it is read
back.
"""

from datetime import timedelta

from sqlalchemy import select

from intake.models import CallLogEntry, Lead, OutboxEntry
from intake.privacy.erase import Ground, erase
from intake.sheet.sync.readback import ReadBack
from intake.sheet.sync.remove import LOOK_AFTER, Removal
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.privacy.held import ONE_ENGINE, rows_that_tell

LATER = NOON + timedelta(hours=1)


def write(sandbox, lead, words):
    """Staff write into the lead's Notes."""
    header = sandbox.values()[0]
    row = next(
        row for row in sandbox.tab()["rows"] if row["cells"][header.index("Ref")] == lead.ref
    )
    sandbox.staff("edit", row=row["row"], column=header.index("Notes"), value=words)


@ONE_ENGINE
def test_the_row_goes_with_staffs_words_and_staff_who_write_there_meanwhile_bring_nothing_back(
    delivery, add_lead, database, google, clinic, sandbox
):
    ana, ben = add_lead(name="Zuzanna Secret", phone="416 555 9977"), add_lead(name="Ben")
    delivery.step(NOON)
    write(sandbox, ana, "her zither teacher")
    look = ReadBack(database, google, clinic)
    look.step(NOON + timedelta(seconds=15))

    with database.writing() as session:
        erase(
            session,
            session.get_one(Lead, ana.id),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="x",
            now=LATER,
        )
    write(sandbox, ana, "zither again")
    look.step(LATER)
    removal, at = Removal(database, google, clinic), LATER
    while _waits(database):
        at += LOOK_AFTER
        removal.step(at)
        look.step(at)

    assert [row["Ref"] for row in sandbox.rows() if row["Ref"]] == [ben.ref]
    assert [word for word in ("Zuzanna", "9977", "zither") if word in str(sandbox.cells())] == []
    traces = {"name": b"Zuzanna", "number": b"4165559977", "notes": b"zither"}
    assert rows_that_tell(database, traces) == []
    with database.reading() as session:
        assert {entry.notes for entry in session.scalars(select(CallLogEntry))} == {None}


def _waits(database):
    with database.reading() as session:
        return session.scalar(
            select(OutboxEntry.id).where(OutboxEntry.delivered_at.is_(None)).limit(1)
        )
