from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.merkle import EMPTY, LeafList, LeavesMissing, leaf_hash, node_hash, root, subtree
from tests.ledger.vectors import LEAVES, ROOTS

REFERENCE = LeafList([leaf_hash(data) for data in LEAVES])


class Stored:
    """A log as a database keeps it: it counts what is read."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.all, self.nodes, self.read = leaves, dict[tuple[int, int], bytes](), 0

    def leaves(self, start: int, stop: int) -> Sequence[bytes]:
        self.read += stop - start
        return self.all[start:stop]

    def node(self, level: int, index: int) -> bytes | None:
        self.read += 1
        return self.nodes.get((level, index))

    def store(self, old_size: int, new_size: int) -> None:
        tree = IncrementalTree.up_to(self, old_size)
        for leaf in self.all[old_size:new_size]:
            tree.add(leaf)
            self.nodes.update({(level, index): hash_ for level, index, hash_ in tree.completed})


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 §2.1.1 word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_tree(size):
    assert root(REFERENCE, size) == ROOTS[size]


@given(st.integers(0, 700))
def test_the_root_is_what_the_standard_defines(size):
    leaves = numbered(size)

    assert root(LeafList(leaves), size) == by_definition(leaves)


@given(st.lists(st.integers(1, 900), min_size=1, max_size=4))
def test_the_root_is_the_same_whether_it_was_kept_or_computed(growth):
    log = Stored(numbered(sum(growth)))
    size = 0

    for more in growth:
        log.store(size, size + more)
        size += more

    assert root(log, size) == by_definition(log.all)
    assert sorted(log.nodes) == [(8, index) for index in range(size >> 8)]


def test_a_large_log_is_not_read_whole():
    log = Stored(numbered(2 * 65_536 + 300))
    log.store(0, 65_536)
    log.store(65_536, len(log.all))
    log.read = 0

    found = root(log, len(log.all))

    assert found == root(LeafList(log.all), len(log.all))
    assert sorted(log.nodes)[-2:] == [(16, 0), (16, 1)]
    assert log.read < 60


def test_the_roots_to_store_come_without_reading_a_leaf_again():
    log = Stored(numbered(65_536))

    log.store(0, 65_536)

    assert log.read == 0, "a tree that grows knows its subtrees without reading anything again"
    assert log.nodes[16, 0] == subtree(LeafList(log.all), 0, 65_536)


def test_a_log_with_a_gap_is_told_and_not_hashed():
    with pytest.raises(LeavesMissing, match="of the entries 0 to 8 the log has 8"):
        root(REFERENCE, 9)
