"""The sealed part of the log as a tree: leaves from their positions, kept roots from their
table.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.models import LedgerNode, LedgerPosition, StoredCheckpoint

AT_ONCE = 10_000


class SealedLog:
    """A `merkle.Tree` over the database. The kept roots are few and are read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._nodes = {
            (node.level, node.index): node.hash for node in session.scalars(select(LedgerNode))
        }

    @property
    def size(self) -> int:
        """Return how many entries have their position."""
        last = self._session.scalar(select(func.max(LedgerPosition.position)))
        return 0 if last is None else last + 1

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """Read the hashes from position *start* up to and without *stop* (`merkle.Tree`)."""
        places = select(LedgerPosition.leaf).where(
            LedgerPosition.position >= start, LedgerPosition.position < stop
        )
        return self._session.scalars(places.order_by(LedgerPosition.position)).all()

    def node(self, level: int, index: int) -> bytes | None:
        """Return the root of a complete subtree (`merkle.Tree`)."""
        return self._nodes.get((level, index))

    def keep(self, level: int, index: int, root: bytes) -> None:
        """Store the root of a subtree that is complete."""
        self._nodes[level, index] = root
        self._session.add(LedgerNode(level=level, index=index, hash=root))


class SealedLeaves(Collection[bytes]):
    """The first *size* leaves, read in portions each time that they are gone through."""

    def __init__(self, log: SealedLog, size: int) -> None:
        self._log, self._size = log, size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self._size, AT_ONCE):
            yield from self._log.leaves(start, min(start + AT_ONCE, self._size))

    def __contains__(self, leaf: object) -> bool:
        return any(leaf == one for one in self)


def last_checkpoint(session: Session) -> StoredCheckpoint | None:
    """Return the newest signed tree head, None before the first sealing."""
    return session.scalars(
        select(StoredCheckpoint).order_by(StoredCheckpoint.id.desc()).limit(1)
    ).first()
