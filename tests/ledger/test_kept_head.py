"""The head beside the key tells a database that is the same, ahead, not finished, older or
forged.
"""

from contextlib import suppress

import pytest
from sqlalchemy import select, text

from intake.db import Database
from intake.ledger import append, canonical_bytes, leaf_hash
from intake.ledger.audit import audit
from intake.ledger.comparison import LogRelation, compare
from intake.ledger.kept_head import read_kept_head
from intake.ledger.keys import KeyProblem, known_keys, rotate
from intake.ledger.place import KEPT_HEAD
from intake.ledger.seal import MOST_AT_ONCE, NotSealed, seal
from intake.ledger.sealing import Sealing
from intake.models import LedgerEntry, StoredCheckpoint
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import FORGERIES, back_to, forge_entry

ORIGIN = "clinic.example/log"


class Log:
    """A log with its database and the folder of its key."""

    def __init__(self, database: Database, folder) -> None:
        self.database, self.folder, self.written = database, folder, 0

    def write(self, count: int) -> None:
        with self.database.writing() as session:
            for _ in range(count):
                append(session, "test", {"id": str(self.written)}, now=NOON)
                self.written += 1

    def seal(self) -> str | None:
        with self.database.writing() as session:
            checkpoint = seal(session, self.folder, ORIGIN, now=NOON)
            return checkpoint.note if checkpoint else None

    def grown(self, count: int) -> None:
        self.write(count)
        self.seal()

    def dies_before_its_commit(self, at_once: int = MOST_AT_ONCE) -> None:
        """The head is written and signed; the process is killed before the database has it."""
        with suppress(KeyboardInterrupt), self.database.writing() as session:
            seal(session, self.folder, ORIGIN, now=NOON, at_once=at_once)
            while at_once < MOST_AT_ONCE and seal(
                session, self.folder, ORIGIN, now=NOON, at_once=at_once
            ):
                pass
            raise KeyboardInterrupt

    def standing(self) -> LogRelation:
        with self.database.reading() as session:
            return compare(session, self.folder).standing

    @property
    def wrong(self) -> list[str]:
        with self.database.reading() as session:
            return audit(session, known_keys(self.folder)).wrong

    @property
    def checkpoints(self) -> list[tuple[int, str]]:
        with self.database.reading() as session:
            return [
                (one.size, one.note)
                for one in session.scalars(select(StoredCheckpoint).order_by(StoredCheckpoint.id))
            ]


@pytest.fixture
def log(database, tmp_path):
    return Log(database, tmp_path / "keys")


def test_a_log_that_only_grew_is_the_same_and_the_head_is_on_disk(log):
    log.write(1)
    assert log.standing() is LogRelation.NO_HEAD
    log.grown(4)

    note = log.seal() or log.checkpoints[-1][1]

    assert log.standing() is LogRelation.SAME
    assert read_kept_head(log.folder).notes == [note]
    assert (log.folder / KEPT_HEAD).stat().st_mode & 0o777 == 0o600


def test_entries_that_wait_change_nothing(log):
    log.grown(3)
    log.write(5)

    assert log.standing() is LogRelation.SAME


def test_what_was_signed_and_not_committed_is_done_again_the_same(log):
    log.grown(3)
    log.write(4)
    log.dies_before_its_commit()
    promised = read_kept_head(log.folder).notes[-1]
    with log.database.writing() as session:  # commits late, under a number that would come first
        record = canonical_bytes({"id": "late", "kind": "test"})
        session.add(
            LedgerEntry(
                id=-5, kind="test", canonical=record, leaf=leaf_hash(record), recorded_at=NOON
            )
        )

    assert log.standing() is LogRelation.UNFINISHED
    assert log.seal() == promised
    assert log.standing() is LogRelation.SAME
    log.seal()
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


def test_several_sealings_of_one_transaction_are_done_again_together(log):
    log.grown(2)
    log.write(9)
    log.dies_before_its_commit(at_once=4)
    promised = read_kept_head(log.folder).notes
    assert len(promised) == 3

    log.seal()

    assert [note for _, note in log.checkpoints[1:]] == promised
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


def test_a_change_of_key_that_was_not_committed_is_done_again(log):
    log.grown(2)
    rotate(log.folder, ORIGIN)
    log.write(1)
    log.dies_before_its_commit()

    assert log.standing() is LogRelation.UNFINISHED
    log.seal()

    with log.database.reading() as session:
        assert len(session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "key")).all()) == 1
    log.grown(1)
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


def test_a_transaction_that_was_given_up_is_no_part_of_the_next(log):
    log.grown(2)
    log.write(3)
    log.dies_before_its_commit()
    log.seal()
    log.write(3)
    log.dies_before_its_commit()

    assert read_kept_head(log.folder).base_size == 6
    log.seal()
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


def test_another_signer_of_the_same_log_may_be_ahead(log, tmp_path):
    log.grown(3)
    kept = (log.folder / KEPT_HEAD).read_bytes()
    log.grown(300)
    # As in the folder of another machine, which has a copy of the key
    (log.folder / KEPT_HEAD).write_bytes(kept)

    assert log.standing() is LogRelation.AHEAD
    log.grown(1)
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


def test_an_installation_of_before_takes_its_newest_checkpoint_for_the_head(log):
    log.grown(300)
    (log.folder / KEPT_HEAD).unlink()

    assert log.standing() is LogRelation.NO_HEAD
    log.grown(1)
    assert (log.standing(), log.wrong) == (LogRelation.SAME, [])


@pytest.mark.parametrize("size", [0, 3, 8])
def test_an_older_copy_is_called_older(log, size):
    for _ in range(3):
        log.grown(3 if log.written != 3 else 4)
    with as_administrator(log.database) as connection:
        back_to(size)(connection)

    with log.database.reading() as session:
        compared = compare(session, log.folder)

    assert (compared.standing, compared.is_alarm, compared.is_older) == (
        LogRelation.OLDER,
        True,
        True,
    )
    assert "“intake restore”" in compared.sentence
    with pytest.raises(NotSealed, match="older copy"):
        log.grown(1)


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("has_head", [True, False], ids=["head", "no head yet"])
def test_nothing_is_signed_over_a_forged_log(log, forgery, has_head):
    log.grown(3)
    log.grown(3)
    if not has_head:
        (log.folder / KEPT_HEAD).unlink()
    with as_administrator(log.database) as connection:
        forgery(connection)
    before = log.checkpoints
    log.write(1)

    assert log.standing() is LogRelation.CONTRADICTS
    with pytest.raises(NotSealed, match=r"the database was altered\. Nothing is signed"):
        log.seal()
    assert "consent restart" in Sealing(log.database, log.folder, ORIGIN).step(NOON).problem
    assert log.checkpoints == before


def test_a_waiting_entry_with_other_bytes_than_its_hash_is_not_signed_for(log):
    log.grown(3)
    log.write(1)
    with as_administrator(log.database) as connection:
        connection.execute(
            text("UPDATE ledger_entry SET canonical = :other WHERE id = 4"), {"other": b"{}"}
        )

    with pytest.raises(NotSealed, match="other bytes than were hashed"):
        log.seal()


def test_what_is_signed_grows_from_the_kept_head_whatever_the_database_says(log):
    log.grown(300)
    with as_administrator(log.database) as connection:
        # Below a root that the database keeps, so a glance does not find it
        forge_entry(connection, position=100)
    assert log.standing() is LogRelation.SAME

    log.grown(1)

    assert "the first 302 entries of the log are not the ones that were signed" in " ".join(
        log.wrong
    )


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"notes": []}',
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("c", "d"),
        lambda text: text.replace('"peaks": [', f'"peaks": ["{"0" * 64}",'),
        lambda text: text.replace('"base_size": 0', '"base_size": 1'),
    ],
)
def test_a_damaged_file_stops_the_signer_with_a_sentence(log, damage):
    log.grown(3)
    place = log.folder / KEPT_HEAD
    text_before = place.read_text()
    place.write_text(damage(text_before) if callable(damage) else damage)

    with pytest.raises(KeyProblem, match="is damaged; put the file back from your backup"):
        read_kept_head(log.folder)
    assert "is damaged" in Sealing(log.database, log.folder, ORIGIN).step(NOON).problem


def test_what_cannot_be_kept_is_not_signed(log):
    log.grown(3)
    log.write(1)
    before = log.checkpoints
    (log.folder / KEPT_HEAD).unlink()
    (log.folder / KEPT_HEAD).mkdir()

    progress = Sealing(log.database, log.folder, ORIGIN).step(NOON)

    assert "cannot be read" in progress.problem
    assert log.checkpoints == before
