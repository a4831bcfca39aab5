"""The list of signed checkpoints is a part of the log: one that is deleted later is missed."""

import json

import pytest
from sqlalchemy import delete, select

from intake.ledger import append
from intake.ledger.seal import NotSealed
from intake.models import LedgerEntry, LedgerNode, LedgerPosition, StoredCheckpoint
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator
from tests.ledger.test_kept_head import Log


@pytest.fixture
def log(database, tmp_path):
    """Four checkpoints."""
    log = Log(database, tmp_path / "keys")
    for _ in range(4):
        log.grown(2)
    return log


def without(log, *numbers):
    with as_administrator(log.database) as connection:
        ids = connection.scalars(select(StoredCheckpoint.id).order_by(StoredCheckpoint.id)).all()
        connection.execute(
            delete(StoredCheckpoint).where(
                StoredCheckpoint.id.in_([ids[number - 1] for number in numbers])
            )
        )


def test_each_sealing_records_the_checkpoint_before_it(log):
    with log.database.reading() as session:
        rows = session.scalars(
            select(LedgerEntry.canonical).where(LedgerEntry.kind == "checkpoint")
        ).all()

    assert [(record["number"], record["size"]) for record in map(json.loads, rows)] == [
        (1, 2),
        (2, 5),
        (3, 8),
    ]
    assert log.wrong == []


@pytest.mark.parametrize("numbers", [(1,), (2,), (3,), (1, 2), (1, 2, 3)])
def test_older_checkpoints_that_were_deleted_are_missed(log, numbers):
    without(log, *numbers)

    assert [sentence for sentence in log.wrong if "and is deleted" in sentence] == [
        f"checkpoint {number} (of {3 * number - 1} entries): was signed, as position "
        f"{3 * number - 1} says, and is deleted"
        for number in numbers
    ]


def as_before(log):
    """Make of *log* one of a release that recorded no checkpoints."""
    with as_administrator(log.database) as connection:
        for table in (LedgerPosition, LedgerEntry, LedgerNode, StoredCheckpoint):
            connection.execute(delete(table))


@pytest.mark.parametrize("gone", [1, 2])
def test_the_first_record_binds_the_checkpoints_of_earlier_releases_too(
    log, gone, monkeypatch, tmp_path
):
    monkeypatch.setattr("intake.ledger.seal.former_checkpoint", lambda _: ())
    former = Log(log.database, tmp_path / "former")
    as_before(log)
    for _ in range(3):
        former.grown(2)
    monkeypatch.undo()
    former.grown(1)
    former.grown(1)
    assert former.wrong == []

    without(former, gone)

    assert (
        "checkpoints before that of 6 entries: are not all those that were signed" in former.wrong
    )


def test_nothing_new_is_nothing_to_seal(log):
    assert log.seal() is None


def test_nobody_but_the_signer_records_a_checkpoint(log):
    with log.database.writing() as session:
        append(session, "checkpoint", {"number": 9}, now=NOON)

    with pytest.raises(NotSealed, match="is no record of the kind"):
        log.seal()
