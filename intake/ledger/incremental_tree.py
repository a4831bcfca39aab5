"""A tree that grows leaf by leaf: what it takes to know the root is a handful of hashes, never the
whole log.
"""

from collections.abc import Iterable, Sequence
from typing import Self

from intake.ledger.merkle import EMPTY, STORED_LEVELS, Tree, node_hash, subtree


class IncrementalTree:
    """A tree that knows its root at every size, in as many hashes as the size has bits.

    Those hashes are the *peaks*: the roots of the whole subtrees that the leaves divide into, the
    largest first.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        levels = _levels(size)
        if len(levels) != len(peaks):
            raise ValueError("a tree of this size has another number of peaks")
        self.size = size
        self.completed: list[tuple[int, int, bytes]] = []
        """(level, index, hash) of what the last leaf completed, of the levels that are kept."""
        self._peaks = list(zip(levels, peaks, strict=True))

    @classmethod
    def up_to(cls, tree: Tree, size: int) -> Self:
        """Return the tree of the first *size* leaves of *tree*. Raises `LeavesMissing`."""
        peaks, start = list[bytes](), 0
        for level in _levels(size):
            peaks.append(subtree(tree, start, start + (1 << level)))
            start += 1 << level
        return cls(size, peaks)

    @property
    def peaks(self) -> list[bytes]:
        """The roots of the whole subtrees, the largest first: all that is needed to grow on."""
        return [hash_ for _, hash_ in self._peaks]

    def add(self, leaf: bytes) -> None:
        """Add the next leaf."""
        level, hash_ = 0, leaf
        self.completed = []
        while self._peaks and self._peaks[-1][0] == level:
            hash_, level = node_hash(self._peaks.pop()[1], hash_), level + 1
            if level in STORED_LEVELS:
                self.completed.append((level, self.size >> level, hash_))
        self._peaks.append((level, hash_))
        self.size += 1

    def extended(self, leaves: Iterable[bytes]) -> "IncrementalTree":
        """Return a new tree, with *leaves* added to this one."""
        other = IncrementalTree(self.size, self.peaks)
        for leaf in leaves:
            other.add(leaf)
        return other

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        peaks = self.peaks
        whole = peaks.pop()
        while peaks:
            whole = node_hash(peaks.pop(), whole)
        return whole


def _levels(size: int) -> list[int]:
    """Return the levels of the peaks of a tree of *size* leaves, the highest first."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
