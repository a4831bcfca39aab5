from hypothesis import given
from hypothesis import strategies as st

from intake.ledger import canonical_bytes, commitment, leaf_hash
from tests.ledger.evidence import verify

values = st.one_of(st.none(), st.text(), st.integers(-(2**53) + 1, 2**53 - 1))


def test_the_hash_of_a_leaf_is_that_of_the_standard():
    # RFC 9162 §2.1.1; the first leaf of the certificate-transparency reference vectors is empty.
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.dictionaries(st.text(), st.text()))
def test_the_order_of_keys_does_not_matter(record):
    assert canonical_bytes(record) == canonical_bytes(dict(reversed(record.items())))


@given(st.dictionaries(st.text(), values | st.dictionaries(st.text(), st.none() | st.text())))
def test_what_the_house_writes_the_verifier_reads_as_canonical(record):
    assert verify.record_of(canonical_bytes(record)) == record


def test_a_commitment_binds_the_value_under_its_salt_and_field():
    bound = commitment(b"salt", "email", "ana@example.com")

    assert bound == commitment(b"salt", "email", "ana@example.com")
    assert bound != commitment(b"tlas", "email", "ana@example.com")
    assert bound != commitment(b"salt", "name", "ana@example.com")
    assert bound != commitment(b"salt", "email", "ann@example.com")
