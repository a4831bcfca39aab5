"""The tabs beside the queue, on every stand-in: what the house writes there follows its labels,
wherever they stand.
"""

from datetime import timedelta

import pytest

from intake.models import StoredCheckpoint
from intake.sheet.shape.tabs import CHECKPOINTS, LABELS
from intake.sheet.sync.ledger_tab import LedgerTab
from intake.sheet.sync.pipeline_tab import Bulletin
from tests.conftest import NOON


@pytest.fixture
def bulletin(delivery, database, google, clinic):
    return Bulletin(database, google, clinic)


@pytest.fixture
def ledger(queue, google, clinic):
    return LedgerTab(google, clinic.time_zone)


def checkpoint(size):
    note = f"test/log\n{size}\naGFzaA==\n\n— test/log c2lnbmF0dXJl\n"
    return StoredCheckpoint(size=size, note=note, signed_at=NOON)


def owner_types(queue, tab, row, column, text):
    """The file's owner, whom no protection keeps out, writes into a cell."""
    start = {"sheetId": queue.tabs()[tab], "rowIndex": row, "columnIndex": column}
    value = {"userEnteredValue": {"stringValue": text}}
    queue.change(
        {
            "updateCells": {
                "start": start,
                "rows": [{"values": [value]}],
                "fields": "userEnteredValue",
            }
        }
    )


def said(queue):
    lines = queue.values("Pipeline", shown=True)
    return {
        line[at]: line[at + 1]
        for line in lines
        for at in range(len(line) - 1)
        if line[at] in LABELS
    }


@pytest.mark.parametrize(
    "moved",
    [
        lambda queue: queue.insert("ROWS", 0, tab="Pipeline"),
        lambda queue: queue.insert("COLUMNS", 0, tab="Pipeline"),
        lambda queue: queue.insert("ROWS", 4, count=2, tab="Pipeline"),
        lambda queue: queue.delete("ROWS", 1, tab="Pipeline"),
        lambda queue: owner_types(queue, "Pipeline", 7, 0, "something else"),
        lambda queue: queue.delete("ROWS", 0, count=9, tab="Pipeline"),
    ],
)
def test_the_board_is_written_beside_its_labels(queue, bulletin, add_lead, moved):
    add_lead(now=NOON - timedelta(minutes=7))
    moved(queue)

    bulletin.step(NOON)
    bulletin.step(NOON + timedelta(minutes=1))

    assert set(said(queue)) >= {
        "Last updated",
        "The oldest waits since",
        "Rows deleted by staff",
        "Last problem",
    }
    assert said(queue)["Last updated"] == "2026-11-23 12:01"
    assert said(queue)["The oldest waits since"] == "2026-11-23 11:53"
    assert (said(queue)["Rows deleted by staff"], said(queue)["Last problem"]) == ("0", "None")
    assert sum(text == "Last updated" for line in queue.values("Pipeline") for text in line) == 1


def test_what_staff_wrote_on_the_board_stays(queue, bulletin):
    queue.insert("ROWS", 0, tab="Pipeline")
    owner_types(queue, "Pipeline", 0, 1, "call Dana when this stands still")

    bulletin.step(NOON)

    assert queue.values("Pipeline")[0] == ["", "call Dana when this stands still"]


@pytest.mark.parametrize(
    ("moved", "heading"),
    [
        (lambda _: None, 0),
        (lambda queue: queue.insert("ROWS", 0, tab="Ledger"), 1),
        (lambda queue: queue.insert("COLUMNS", 0, count=2, tab="Ledger"), 0),
        (lambda queue: queue.delete("ROWS", 0, tab="Ledger"), 0),
    ],
)
def test_a_checkpoint_is_kept_under_its_heading_wherever_that_stands(queue, ledger, moved, heading):
    ledger.put(checkpoint(1))
    moved(queue)

    ledger.put(checkpoint(2))

    lines = queue.values("Ledger", shown=True)
    places = [lines[heading].index(title) for title in CHECKPOINTS]
    assert [[line[at] for at in places] for line in lines[heading + 1 :]] == [
        ["2026-11-23 12:00", "2", checkpoint(2).note],
        ["2026-11-23 12:00", "1", checkpoint(1).note],
    ]
    assert ledger.notes() == [checkpoint(2).note, checkpoint(1).note]


def test_a_note_that_was_spoiled_or_moved_is_still_read(queue, ledger):
    for size in (1, 2, 3):
        ledger.put(checkpoint(size))
    owner_types(queue, "Ledger", 1, 2, "nothing")
    owner_types(queue, "Ledger", 3, 2, "")
    owner_types(queue, "Ledger", 3, 0, checkpoint(1).note)

    assert ledger.notes() == ["nothing\n", checkpoint(2).note, checkpoint(1).note]
