"""The Merkle tree of RFC 9162 §2.1.1 (SHA-256), computed from as few of the log's rows as it takes.

A tree is asked for the hashes of leaves and, where they are kept, for the roots of whole subtrees
of 256 and of 65,536 leaves: the root of a log of a million entries then reads some three hundred
rows, not a million. What is kept saves time and proves nothing. Whoever checks the log computes
from the leaves alone, as `LeafList` does.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

EMPTY = sha256(b"").digest()
STORED_LEVELS = (8, 16)
READ_AT_ONCE = 2**8


class LeavesMissing(Exception):
    """The log has gaps or ends too early: an entry was removed, or was never given its position."""


class Tree(Protocol):
    """The log as a tree. One that reads a database does well to read the stored roots once: they
    are few.
    """

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes of the leaves from position *start* up to and without *stop*, in
        order.
        """

    def node(self, level: int, index: int) -> bytes | None:
        """Return the kept root of the leaves from `index << level` up to `(index + 1) << level`;
        None when not kept.
        """


class LeafList:
    """A tree in memory that keeps no roots."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes from position *start* up to and without *stop* (`Tree`)."""
        return self._leaves[start:stop]

    def node(self, level: int, index: int) -> bytes | None:  # noqa: ARG002  (the names are those of Tree)
        """None, always: what is computed here comes from the leaves."""
        return None


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry: the 0x00 prefix keeps a leaf from passing for a node (second
    preimages).
    """
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(tree: Tree, size: int) -> bytes:
    """Return the hash of the tree's first *size* leaves, which a checkpoint signs. Raises
    `LeavesMissing`.
    """
    return subtree(tree, 0, size) if size else EMPTY


def subtree(tree: Tree, start: int, stop: int) -> bytes:
    """Return the hash of the leaves from *start* up to and without *stop*, of which there is at
    least one.
    """
    size = stop - start
    level = size.bit_length() - 1
    if level in STORED_LEVELS and size == 1 << level and start % size == 0:
        kept = tree.node(level, start >> level)
        if kept is not None:
            return kept
    if size <= READ_AT_ONCE:
        return _fold(_read(tree, start, stop))
    middle = start + left_part(size)
    return node_hash(subtree(tree, start, middle), subtree(tree, middle, stop))


def left_part(size: int) -> int:
    """Return how many of *size* leaves stand to the left: the largest power of two below *size*,
    which is at least two.
    """
    return 1 << (size - 1).bit_length() - 1


def _read(tree: Tree, start: int, stop: int) -> Sequence[bytes]:
    leaves = tree.leaves(start, stop)
    if len(leaves) != stop - start:
        raise LeavesMissing(f"of the entries {start} to {stop - 1} the log has {len(leaves)}")
    return leaves


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Pair by pair, level by level; the odd one at the end rises as it is, which comes to the RFC's
    division.
    """
    while len(hashes) > 1:
        pairs = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)]
        hashes = [*pairs, hashes[-1]] if len(hashes) % 2 else pairs
    return hashes[0]
