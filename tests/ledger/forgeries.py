"""What somebody does to a log who has the database itself but not the signing key: one function for
each act.
"""

from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select, text, update

from intake.ledger import canonical_bytes, leaf_hash
from intake.models import LedgerEntry, LedgerPosition, StoredCheckpoint
from tests.conftest import NOON


def back_to(size: int) -> Callable[[Connection], None]:
    """As a backup of then would be: for a log whose entries are numbered from 1 in the order of
    their places.
    """

    def put_back(connection: Connection) -> None:
        connection.execute(delete(LedgerPosition).where(LedgerPosition.position >= size))
        connection.execute(delete(StoredCheckpoint).where(StoredCheckpoint.size > size))
        connection.execute(delete(LedgerEntry).where(LedgerEntry.id > size))

    return put_back


def forge_entry(connection: Connection, position: int = 2) -> None:
    """Put another entry where one was sealed, hashed as it should be."""
    canonical = canonical_bytes({"id": "forged", "kind": "test"})
    entry = (
        select(LedgerPosition.entry_id).where(LedgerPosition.position == position).scalar_subquery()
    )
    connection.execute(
        update(LedgerEntry)
        .where(LedgerEntry.id == entry)
        .values(kind="test", canonical=canonical, leaf=leaf_hash(canonical))
    )
    connection.execute(
        update(LedgerPosition)
        .where(LedgerPosition.position == position)
        .values(leaf=leaf_hash(canonical))
    )


def forge_end(connection: Connection) -> None:
    """Add an entry with a place that nobody signed for."""
    canonical = canonical_bytes({"id": "forged", "kind": "test"})
    leaf, size = (
        leaf_hash(canonical),
        connection.scalar(select(LedgerPosition.position).order_by(text("1 DESC"))),
    )
    connection.execute(
        insert(LedgerEntry).values(
            id=999_999, kind="test", canonical=canonical, leaf=leaf, recorded_at=NOON
        )
    )
    connection.execute(
        insert(LedgerPosition).values(position=(size or 0) + 1, entry_id=999_999, leaf=leaf)
    )


def reorder(connection: Connection) -> None:
    """Let two entries change places."""
    first, second = connection.execute(
        select(LedgerPosition.entry_id, LedgerPosition.leaf).where(
            LedgerPosition.position.in_([1, 4])
        )
    ).all()
    connection.execute(delete(LedgerPosition).where(LedgerPosition.position.in_([1, 4])))
    for position, (entry_id, leaf) in ((1, second), (4, first)):
        connection.execute(
            insert(LedgerPosition).values(position=position, entry_id=entry_id, leaf=leaf)
        )


def thin_out(connection: Connection) -> None:
    """Take an entry's place away."""
    connection.execute(delete(LedgerPosition).where(LedgerPosition.position == 2))


def thin_out_and_close_up(connection: Connection) -> None:
    """Take an entry's place away, and have those after it move up."""
    thin_out(connection)
    later = (
        select(LedgerPosition.position)
        .where(LedgerPosition.position > 2)
        .order_by(LedgerPosition.position)
    )
    for position in connection.scalars(later).all():
        connection.execute(
            update(LedgerPosition)
            .where(LedgerPosition.position == position)
            .values(position=position - 1)
        )


def cut_back(connection: Connection) -> None:
    """Take the end away, to a size that no checkpoint was ever signed for."""
    connection.execute(delete(LedgerPosition).where(LedgerPosition.position >= 4))
    connection.execute(delete(StoredCheckpoint).where(StoredCheckpoint.size > 4))


def delete_checkpoints(connection: Connection) -> None:
    """Take every signed checkpoint away, and what tells where they were kept."""
    connection.execute(text("DELETE FROM anchor"))
    connection.execute(delete(StoredCheckpoint))


def forge_entry_and_delete_checkpoints(connection: Connection) -> None:
    """Do both: nothing in the database contradicts the forged entry then."""
    forge_entry(connection)
    delete_checkpoints(connection)


def delete_newest_checkpoint(connection: Connection) -> None:
    """Take the newest signed checkpoint away."""
    connection.execute(text("DELETE FROM anchor"))
    connection.execute(text("DELETE FROM checkpoint WHERE id = (SELECT max(id) FROM checkpoint)"))


FORGERIES = [
    forge_entry,
    forge_end,
    reorder,
    thin_out,
    thin_out_and_close_up,
    cut_back,
    delete_checkpoints,
    forge_entry_and_delete_checkpoints,
    delete_newest_checkpoint,
]
