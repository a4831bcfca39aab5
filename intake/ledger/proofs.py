"""Proofs about the log for somebody who has not got it: an entry is in it, and today's log only
adds to yesterday's.

The verifications follow RFC 9162 §2.1.3.2 and §2.1.4.2 step by step. They bind a hash to a root and
not to a size: of two sizes for which a proof has the same shape they cannot tell which was meant.
So take the size and the root together, from one signed checkpoint.
"""

from collections.abc import Sequence

from intake.ledger.merkle import EMPTY, Tree, left_part, node_hash, subtree


class NoSuchProof(ValueError):
    """The proof that was asked for cannot exist: a position or a size outside the log."""


def inclusion_proof(tree: Tree, index: int, size: int) -> list[bytes]:
    """Return what leads from the leaf at *index* to the root of the first *size* leaves, from below
    (RFC 9162 §2.1.3.1).
    """
    if not 0 <= index < size:
        raise NoSuchProof(f"position {index} is not among the first {size}")
    path, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + left_part(stop - start)
        if index < middle:
            path.append(subtree(tree, middle, stop))
            stop = middle
        else:
            path.append(subtree(tree, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(tree: Tree, old: int, new: int) -> list[bytes]:
    """Return what shows that the first *old* leaves of *new* are the ones signed for before (RFC
    9162 §2.1.4.1).

    Empty where there is nothing to show: for the same size, and for an empty log.
    """
    if not 0 <= old <= new:
        raise NoSuchProof(f"a log of {new} does not continue one of {old}")
    if old == 0:
        return []
    path, start, stop = [], 0, new
    while stop != old:
        middle = start + left_part(stop - start)
        if old <= middle:
            path.append(subtree(tree, middle, stop))
            stop = middle
        else:
            path.append(subtree(tree, start, middle))
            start = middle
    if start > 0:  # else it is the old root itself, which whoever verifies has already
        path.append(subtree(tree, start, stop))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which *path* leads from *leaf*, or None where it does not fit position and
    size (§2.1.3.2).
    """
    if not 0 <= index < size:
        return None
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _up_to_a_right_child(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Return whether *leaf* is at position *index* of the log of *size* entries that has this
    root.
    """
    return root_from_inclusion(leaf, index, size, path) == root


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Return whether the log of *new* entries begins with the *old* ones that had *old_root*
    (§2.1.4.2).
    """
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not path and old_root == (new_root if old == new else EMPTY)
    if not path:
        return False
    # A power of two is a whole subtree: the old root
    first, *rest = path if old & (old - 1) else [old_root, *path]
    fn, sn = _while_right_child(old - 1, new - 1)
    fr = sr = first
    for c in rest:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _up_to_a_right_child(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == old_root and sr == new_root and sn == 0


def _up_to_a_right_child(fn: int, sn: int) -> tuple[int, int]:
    """§2.1.3.2 4(b)ii: where nothing stands to the right, levels without a sibling are passed
    over.
    """
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _while_right_child(fn: int, sn: int) -> tuple[int, int]:
    """§2.1.4.2 step 4."""
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn
