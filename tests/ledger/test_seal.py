"""Sealing gives entries their places, signs what the log is, and is found out when anything was
altered since.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, event, func, insert, select, text, update

from intake.ledger import append, canonical_bytes, leaf_hash
from intake.ledger import audit as audit_module
from intake.ledger import seal as seal_module
from intake.ledger import sealed as sealed_module
from intake.ledger.audit import Audit, audit, auditing
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_checkpoints import numbered
from intake.ledger.keys import known_keys, rotate
from intake.ledger.merkle import LeafList, root
from intake.ledger.note import Checkpoint as Head
from intake.ledger.note import SignedNote, open_checkpoint
from intake.ledger.place import KEPT_HEAD
from intake.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from intake.ledger.seal import seal, unsealed
from intake.ledger.sealed import SealedLeaves, SealedLog
from intake.models import LedgerEntry, LedgerNode, LedgerPosition, StoredCheckpoint
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator

ORIGIN = "clinic.example/log"
LATE, LATER = (canonical_bytes({"id": name, "kind": "test"}) for name in ("late", "later"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def write(database, count, start=0):
    with database.writing() as session:
        for number in range(start, start + count):
            append(session, "test", {"id": str(number)}, now=NOON)


def sealed(database, folder):
    with database.writing() as session:
        checkpoint = seal(session, folder, ORIGIN, now=NOON)
        return checkpoint.note if checkpoint else None


def wrong(database, folder, anchors=()):
    with database.reading() as session:
        return audit(session, known_keys(folder), numbered(anchors)).wrong


def test_what_was_appended_gets_its_place_and_a_signed_root(database, folder):
    write(database, 5)

    note = sealed(database, folder)

    head = open_checkpoint(note, known_keys(folder))
    with database.reading() as session:
        log = SealedLog(session)
        leaves = session.scalars(select(LedgerEntry.leaf).order_by(LedgerEntry.id)).all()
        assert (head.origin, head.size, head.root) == (ORIGIN, 5, root(LeafList(leaves), 5))
        assert list(log.leaves(0, 5)) == list(leaves)
        assert unsealed(session) == []
    assert sealed(database, folder) is None
    assert wrong(database, folder) == []


def test_a_large_log_keeps_roots_and_proves_from_them(database, folder):
    write(database, 600)
    first = sealed(database, folder)
    write(database, 300, start=600)
    second = sealed(database, folder)

    keys = known_keys(folder)
    old, new = open_checkpoint(first, keys), open_checkpoint(second, keys)
    with database.reading() as session:
        log = SealedLog(session)
        assert {(node.level, node.index) for node in session.scalars(select(LedgerNode))} == {
            (8, 0),
            (8, 1),
            (8, 2),
        }
        assert verify_consistency(600, 901, consistency_proof(log, 600, 901), old.root, new.root)
        for index in (0, 255, 256, 599, 900):
            leaf = log.leaves(index, index + 1)[0]
            assert verify_inclusion(leaf, index, 901, inclusion_proof(log, index, 901), new.root)
    assert wrong(database, folder, [first, second]) == []


def test_an_entry_that_was_committed_late_is_sealed_later(database, folder):
    with database.writing() as session:
        session.add(
            LedgerEntry(id=500, kind="test", canonical=LATE, leaf=leaf_hash(LATE), recorded_at=NOON)
        )
    sealed(database, folder)
    with database.writing() as session:
        session.add(
            LedgerEntry(id=7, kind="test", canonical=LATER, leaf=leaf_hash(LATER), recorded_at=NOON)
        )

    sealed(database, folder)

    with database.reading() as session:
        sealed_ids = session.scalars(
            select(LedgerPosition.entry_id).order_by(LedgerPosition.position)
        ).all()
        assert (sealed_ids[0], sealed_ids[-1]) == (500, 7)


def test_what_was_committed_long_after_a_later_entry_is_sealed_after_what_is_near(
    database, folder, monkeypatch
):
    monkeypatch.setattr(seal_module, "NEARBY", 10)
    write(database, 1)
    sealed(database, folder)
    with database.writing() as session:
        newest = session.scalar(select(func.max(LedgerEntry.id)))
        session.add(
            LedgerEntry(
                id=newest + 500, kind="test", canonical=LATE, leaf=leaf_hash(LATE), recorded_at=NOON
            )
        )
    sealed(database, folder)
    with database.writing() as session:
        for at, name in ((newest + 400, "far"), (newest + 510, "near")):
            canonical = canonical_bytes({"id": name, "kind": "test"})
            session.add(
                LedgerEntry(
                    id=at,
                    kind="test",
                    canonical=canonical,
                    leaf=leaf_hash(canonical),
                    recorded_at=NOON,
                )
            )

    with database.reading() as session:
        assert [one.id - newest for one in unsealed(session)] == [510]
    sealed(database, folder)
    with database.reading() as session:
        assert [one.id - newest for one in unsealed(session)] == [400]


def add_entries(session, ids):
    values = [(at, canonical_bytes({"id": str(at), "kind": "test"})) for at in ids]
    session.execute(
        insert(LedgerEntry),
        [
            {
                "id": at,
                "kind": "test",
                "canonical": one,
                "leaf": leaf_hash(one),
                "recorded_at": NOON,
            }
            for at, one in values
        ],
    )


def test_an_entry_is_looked_for_ten_thousand_back_before_it_is_looked_for_everywhere(
    database, folder
):
    with database.writing() as session:
        add_entries(session, [30_000])
    sealed(database, folder)

    with database.writing() as session:
        add_entries(session, [20_000, 20_001])

    with database.reading() as session:
        assert [one.id for one in unsealed(session)] == [20_001]


def test_two_thousand_entries_are_sealed_at_once_the_oldest_first(database, folder):
    with database.writing() as session:
        add_entries(session, range(2_001, 0, -1))

    assert open_checkpoint(sealed(database, folder), known_keys(folder)).size == 2_000
    with database.reading() as session:
        places = session.scalars(
            select(LedgerPosition.entry_id).order_by(LedgerPosition.position)
        ).all()
        assert places == list(range(1, 2_001))


def test_the_sealed_leaves_are_read_in_portions(database, folder, monkeypatch):
    monkeypatch.setattr(sealed_module, "AT_ONCE", 2)
    write(database, 5)
    sealed(database, folder)

    with database.reading() as session:
        log = SealedLog(session)
        leaves = SealedLeaves(log, 5)
        assert (len(leaves), list(leaves)) == (5, list(log.leaves(0, 5)))
        assert len(SealedLeaves(log, 3)) == len(list(SealedLeaves(log, 3))) == 3
        assert log.leaves(4, 5)[0] in leaves
        assert b"of another log" not in leaves


def test_a_check_tells_how_far_it_is_after_each_portion(database, folder, monkeypatch):
    monkeypatch.setattr(audit_module, "PORTION", 2)
    write(database, 5)
    sealed(database, folder)
    found = Audit()

    with database.reading() as session:
        assert list(auditing(session, known_keys(folder), [], found)) == [2, 4]

    assert (found.wrong, found.size, found.unsealed) == ([], 5, 0)


def test_what_waits_to_be_sealed_is_counted_and_checked_as_well(database, folder):
    write(database, 2)
    sealed(database, folder)
    write(database, 1, start=2)
    with database.writing() as session:
        add_entries(session, [50])
        session.add(
            LedgerEntry(id=51, kind="test", canonical=LATE, leaf=leaf_hash(LATER), recorded_at=NOON)
        )
        session.add(
            LedgerEntry(id=52, kind="other", canonical=LATE, leaf=leaf_hash(LATE), recorded_at=NOON)
        )

    with database.reading() as session:
        found = audit(session, known_keys(folder))

    assert (found.size, found.unsealed) == (2, 4)
    assert found.wrong == [
        "entry 51, not sealed yet: its bytes are not the ones that were hashed",
        "entry 52, not sealed yet: is filed under another kind than it was hashed with",
    ]


def test_a_kept_root_that_the_log_does_not_give_is_found(database, folder):
    write(database, 300)
    sealed(database, folder)
    with database.writing() as session:
        session.add(LedgerNode(level=8, index=1, hash=b"z" * 32))

    assert wrong(database, folder) == ["kept root 1 of level 8: is not what the log gives"]


def test_places_for_which_nothing_was_signed_are_told_from_the_first_to_the_last(database, folder):
    write(database, 2)
    sealed(database, folder)
    with database.writing() as session:
        add_entries(session, [50, 51])
        leaves = session.execute(
            select(LedgerEntry.id, LedgerEntry.leaf).where(LedgerEntry.id > 49)
        ).all()
        session.execute(
            insert(LedgerPosition),
            [
                {"position": at, "entry_id": entry, "leaf": leaf}
                for at, (entry, leaf) in enumerate(leaves, 2)
            ],
        )

    assert wrong(database, folder) == ["positions 2 to 3: no checkpoint was ever signed for them"]


def test_a_checkpoint_that_the_database_refuses_is_not_kept_beside_the_key(database, folder):
    write(database, 1)
    sealed(database, folder)
    kept = (folder / KEPT_HEAD).read_bytes()
    write(database, 1, start=1)

    def refuse(*_):
        raise RuntimeError("the disk is full")

    event.listen(StoredCheckpoint, "before_insert", refuse)
    try:
        with pytest.raises(RuntimeError):
            sealed(database, folder)
    finally:
        event.remove(StoredCheckpoint, "before_insert", refuse)

    assert (folder / KEPT_HEAD).read_bytes() == kept


def test_two_that_seal_at_once_make_no_place_twice(database, folder):
    write(database, 50)

    def attempt(_):
        try:
            return sealed(database, folder)
        except Exception as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))

    assert [
        open_checkpoint(note, known_keys(folder)).size for note in outcomes if note and "\n" in note
    ] == [50]
    assert wrong(database, folder) == []


def test_a_new_key_is_signed_for_by_the_former_one(database, folder):
    write(database, 2)
    sealed(database, folder)

    rotate(folder, ORIGIN)
    note = sealed(database, folder)

    former, new = known_keys(folder)
    assert {one.key_hash for one in SignedNote.parse(note).signatures} == {former.hash, new.hash}
    with database.reading() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "key")).one()
        assert str(new).encode() in entry.canonical.replace(b"\\/", b"/")
    write(database, 1, start=2)
    assert [one.key_hash for one in SignedNote.parse(sealed(database, folder)).signatures] == [
        new.hash
    ]
    assert wrong(database, folder) == []


def test_a_tree_that_grows_has_the_root_of_the_standard_at_every_size():
    leaves = [bytes([number]) * 32 for number in range(70)]
    tree = IncrementalTree()

    for size, leaf in enumerate(leaves, 1):
        tree.add(leaf)
        assert tree.root == root(LeafList(leaves), size)


ALTERATIONS: dict[str, tuple[Any, str]] = {
    "bytes": (
        update(LedgerEntry).where(LedgerEntry.id == 3).values(canonical=b"{}"),
        "bytes are not the ones",
    ),
    "kind of hash": (
        update(LedgerEntry).where(LedgerEntry.id == 3).values(leaf=b"z" * 32),
        "bytes are not the ones",
    ),
    "deleted entry": ("DELETE FROM ledger_entry WHERE id = 3", "position 2: its entry was deleted"),
    "deleted place": ("DELETE FROM ledger_position WHERE position = 2", "position 2: is missing"),
    "end cut off": ("DELETE FROM ledger_position WHERE position >= 4", "it was cut short"),
    "checkpoint's row": (
        update(StoredCheckpoint).values(size=5),
        "does not say what its signed note says",
    ),
    "checkpoint's note": ("UPDATE checkpoint SET note = substr(note, 2)", "false"),
    "no checkpoint": ("DELETE FROM checkpoint", "no checkpoint was ever signed"),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_whoever_gets_past_the_triggers_is_found_out(database, folder, alteration):
    write(database, 6)
    sealed(database, folder)
    statement, said = ALTERATIONS[alteration]

    with as_administrator(database) as connection:
        connection.execute(text(statement) if isinstance(statement, str) else statement)

    assert any(said in sentence for sentence in wrong(database, folder))


def test_the_order_of_entries_is_part_of_the_log(database, folder):
    write(database, 6)
    sealed(database, folder)

    with as_administrator(database) as connection:
        first, second = connection.execute(
            select(LedgerPosition.entry_id, LedgerPosition.leaf).where(
                LedgerPosition.position.in_([1, 4])
            )
        ).all()
        connection.execute(text("DELETE FROM ledger_position WHERE position IN (1, 4)"))
        for position, (entry_id, leaf) in ((1, second), (4, first)):
            connection.execute(
                insert(LedgerPosition).values(position=position, entry_id=entry_id, leaf=leaf)
            )

    assert any("not the ones that were signed" in sentence for sentence in wrong(database, folder))


def test_yesterdays_database_does_not_contain_todays_checkpoint(database, folder, tmp_path):
    write(database, 3)
    sealed(database, folder)
    write(database, 3, start=3)
    kept = sealed(database, folder)

    # A rollback to the state of the first checkpoint
    with as_administrator(database) as connection:
        connection.execute(text("DELETE FROM ledger_position WHERE position >= 3"))
        connection.execute(text("DELETE FROM checkpoint WHERE size > 3"))
        connection.execute(text("DELETE FROM ledger_entry WHERE id > 3"))

    # By itself it looks whole: that is why anchors are kept elsewhere
    assert wrong(database, folder) == []
    assert wrong(database, folder, [kept]) == [
        "kept checkpoint 1 (of 7 entries): has 7 entries, but the log has only 3: it was cut short"
    ]


def test_a_log_written_anew_with_the_stolen_key_does_not_fit_the_kept_checkpoint(database, folder):
    write(database, 4)
    kept = sealed(database, folder)
    with as_administrator(database) as connection:
        for table in (LedgerPosition, StoredCheckpoint, LedgerEntry):
            connection.execute(delete(table))
    (folder / KEPT_HEAD).unlink()  # which lies beside the key, so that the thief has it too
    write(database, 4, start=10)
    sealed(database, folder)

    assert wrong(database, folder) == []
    assert "not the ones that were signed" in wrong(database, folder, [kept])[0]


def test_a_kept_checkpoint_of_somebody_elses_is_not_believed(database, folder, tmp_path):
    write(database, 2)
    sealed(database, folder)
    forged = f"{Head(ORIGIN, 2, b'0' * 32)}\n— {ORIGIN} AAAAAAAA\n"

    assert "kept checkpoint 1" in wrong(database, folder, [forged])[0]
