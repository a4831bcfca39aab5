"""A log is restarted on purpose only, with a reason that it keeps, and then says what belongs to
the former one.
"""

import json

import pytest
from sqlalchemy import select, text

from intake.ledger import Value, append
from intake.ledger.alarm import standing_alarms
from intake.ledger.audit import audit
from intake.ledger.comparison import LogRelation
from intake.ledger.kept_checkpoints import kept_here
from intake.ledger.keys import known_keys
from intake.ledger.patrol import Patrol
from intake.ledger.restart import NotRestarted, restart
from intake.ledger.seal import NotSealed
from intake.ledger.sealing import Sealing
from intake.models import LedgerEntry, LedgerPosition
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import (
    back_to,
    cut_back,
    forge_entry,
    forge_entry_and_delete_checkpoints,
    reorder,
    thin_out,
)
from tests.ledger.test_kept_head import ORIGIN, Log


@pytest.fixture
def log(database, tmp_path):
    """Two checkpoints, of 3 and of 7 entries, both in the file beside the key."""
    log = Log(database, tmp_path / "keys")
    log.grown(3)
    log.grown(3)
    (log.folder / "ledger_anchors.txt").write_text("\n".join(note for _, note in log.checkpoints))
    return log


def restarted(log, reason="The database was damaged"):
    with log.database.writing() as session:
        return restart(session, log.folder, ORIGIN, reason=reason, who="command line", now=NOON)


def altered(log, forgery):
    with as_administrator(log.database) as connection:
        forgery(connection)
    Sealing(log.database, log.folder, ORIGIN).step(NOON)


@pytest.mark.parametrize(
    ("forgery", "agrees"),
    [
        (forge_entry, 0),
        (reorder, 0),
        (cut_back, 3),
        (back_to(3), 3),
        (back_to(0), 0),
        (forge_entry_and_delete_checkpoints, 0),
    ],
)
def test_the_log_goes_on_and_says_why_from_where_and_what_was_given_up(log, forgery, agrees):
    altered(log, forgery)
    with log.database.reading() as session:
        size = len(session.scalars(select(LedgerPosition.position)).all())

    restarted(log)

    with log.database.reading() as session:
        first = select(LedgerEntry).join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        record = json.loads(
            session.scalars(first.where(LedgerPosition.position == size)).one().canonical
        )
        found = audit(session, known_keys(log.folder), kept_here(log.folder))
    assert (record["kind"], record["reason"], record["who"]) == (
        "restart",
        "The database was damaged",
        "command line",
    )
    assert (record["former_size"], record["agrees_up_to"], record["taken_up_size"]) == (
        7,
        agrees,
        size,
    )
    assert standing_alarms(log.folder) == {}
    assert log.standing() is LogRelation.SAME
    assert found.wrong == []
    assert "is of the log of before it was restarted (The database was damaged)" in " ".join(
        found.restarted
    )
    log.grown(8)
    assert Patrol(log.database, log.folder).step(NOON).problem is None
    with log.database.reading() as session:
        assert audit(session, known_keys(log.folder), kept_here(log.folder)).wrong == []


def test_a_log_in_order_is_not_restarted(log):
    with pytest.raises(NotRestarted, match="nothing to restart"):
        restarted(log)


def test_a_reason_is_needed(log):
    altered(log, reorder)

    with pytest.raises(NotRestarted, match="--reason"):
        restarted(log, " ")


@pytest.mark.parametrize(
    "damage",
    [
        thin_out,
        lambda connection: connection.execute(
            text("UPDATE ledger_entry SET canonical = :other WHERE id = 2"), {"other": b"{}"}
        ),
    ],
)
def test_a_damaged_log_needs_a_backup(log, damage):
    with as_administrator(log.database) as connection:
        damage(connection)
    Sealing(log.database, log.folder, ORIGIN).step(NOON)
    Patrol(log.database, log.folder).step(NOON)

    with pytest.raises(NotRestarted, match=r"put a backup back; “intake restore”"):
        restarted(log)
    assert standing_alarms(log.folder)


@pytest.mark.parametrize("kind", ["restart", "key"])
def test_nobody_but_the_signer_records_a_restart_or_a_key(log, kind):
    record: dict[str, Value] = {"reason": "none", "at": "", "agrees_up_to": 0, "former_size": 99}
    with log.database.writing() as session:
        append(session, kind, record, now=NOON)

    with pytest.raises(NotSealed, match="is no record of the kind it is filed under"):
        log.seal()


def test_what_happens_after_a_restart_is_no_part_of_it(log):
    altered(log, back_to(3))
    restarted(log)
    log.grown(3)
    with as_administrator(log.database) as connection:
        forge_entry(connection, position=5)

    assert log.standing() is LogRelation.CONTRADICTS
    assert any("not the ones that were signed" in sentence for sentence in log.wrong)
