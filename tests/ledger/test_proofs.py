import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ledger.merkle import LeafList, leaf_hash, root
from intake.ledger.proofs import (
    NoSuchProof,
    consistency_proof,
    inclusion_proof,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from tests.ledger.vectors import CONSISTENCY, INCLUSION, LEAVES, ROOTS

MOST = 70
HASHES = [leaf_hash(str(number).encode()) for number in range(MOST)]
TREE = LeafList(HASHES)
REFERENCE = LeafList([leaf_hash(data) for data in LEAVES])
TOPS = [root(TREE, size) for size in range(MOST + 1)]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_tree(index, size, path):
    proof = inclusion_proof(REFERENCE, index, size)

    assert [node.hex() for node in proof] == path
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size])


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_tree(old, new, path):
    proof = consistency_proof(REFERENCE, old, new)

    assert [node.hex() for node in proof] == path
    assert verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_leaf_of_every_size_is_proven_at_its_place_and_at_no_other(size):
    for index in range(size):
        proof = inclusion_proof(TREE, index, size)
        places = [
            at
            for at in range(-1, size + 1)
            if verify_inclusion(HASHES[index], at, size, proof, TOPS[size])
        ]
        assert places == [index]


@pytest.mark.parametrize("new", range(MOST + 1))
def test_every_size_is_proven_to_continue_every_smaller_one(new):
    for old in range(new + 1):
        assert verify_consistency(old, new, consistency_proof(TREE, old, new), TOPS[old], TOPS[new])


@st.composite
def flips(draw, length):
    """A hash, or one of several, with one bit of it changed."""
    return draw(st.integers(0, length - 1)), draw(st.integers(0, 31)), 1 << draw(st.integers(0, 7))


def altered(hashes, flip):
    at, byte, bit = flip
    changed = bytearray(hashes[at])
    changed[byte] ^= bit
    return [*hashes[:at], bytes(changed), *hashes[at + 1 :]]


@given(st.data())
def test_no_bit_of_an_inclusion_proof_can_be_changed(data):
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    parts = [HASHES[index], TOPS[size], *inclusion_proof(TREE, index, size)]

    leaf, top, *path = altered(parts, data.draw(flips(len(parts))))

    assert not verify_inclusion(leaf, index, size, path, top)


@given(st.data())
def test_no_bit_of_a_consistency_proof_can_be_changed(data):
    new = data.draw(st.integers(1, MOST))
    old = data.draw(st.integers(0, new))
    parts = [TOPS[old], TOPS[new], *consistency_proof(TREE, old, new)]
    changes = flips(len(parts)) if old else st.tuples(st.just(0), st.integers(0, 31), st.just(1))

    old_root, new_root, *path = altered(parts, data.draw(changes))

    assert not verify_consistency(old, new, path, old_root, new_root)


@given(st.data())
def test_a_proof_with_a_part_too_many_or_too_few_proves_nothing(data):
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(TREE, index, size)
    cut = data.draw(st.integers(0, len(path) - 1))
    extra = data.draw(st.integers(0, len(path)))

    assert not verify_inclusion(
        HASHES[index], index, size, [*path[:cut], *path[cut + 1 :]], TOPS[size]
    )
    assert not verify_inclusion(
        HASHES[index], index, size, [*path[:extra], TOPS[1], *path[extra:]], TOPS[size]
    )


@given(st.data())
def test_a_consistency_proof_with_a_part_too_many_or_too_few_proves_nothing(data):
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    path = consistency_proof(TREE, old, new)
    cut = data.draw(st.integers(0, len(path) - 1))
    extra = data.draw(st.integers(0, len(path)))

    assert not verify_consistency(old, new, [*path[:cut], *path[cut + 1 :]], TOPS[old], TOPS[new])
    assert not verify_consistency(
        old, new, [*path[:extra], TOPS[1], *path[extra:]], TOPS[old], TOPS[new]
    )


@given(st.data())
def test_a_root_of_another_size_is_not_reached(data):
    size, other = data.draw(st.lists(st.integers(1, MOST), min_size=2, max_size=2, unique=True))
    index = data.draw(st.integers(0, min(size, other) - 1))
    path = inclusion_proof(TREE, index, size)

    assert root_from_inclusion(HASHES[index], index, size, path) == TOPS[size]
    assert root_from_inclusion(HASHES[index], index, other, path) != TOPS[other]


@given(st.data())
def test_a_log_that_was_rewritten_does_not_continue_the_one_before(data):
    old, new = sorted(data.draw(st.lists(st.integers(1, MOST), min_size=2, max_size=2)))
    forged = list(HASHES[:new])
    forged[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another entry")
    tree = LeafList(forged)

    assert not verify_consistency(
        old, new, consistency_proof(tree, old, new), TOPS[old], root(tree, new)
    )


def test_a_shorter_log_never_continues_a_longer_one():
    assert not verify_consistency(8, 6, [], TOPS[8], TOPS[6])


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (0, 0)])
def test_there_is_no_inclusion_proof_for_what_is_not_there(index, size):
    with pytest.raises(NoSuchProof):
        inclusion_proof(REFERENCE, index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 8), (8, 7)])
def test_there_is_no_consistency_proof_from_later_to_earlier(old, new):
    with pytest.raises(NoSuchProof):
        consistency_proof(REFERENCE, old, new)
