import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from intake.ledger import canonical_bytes, commitment, leaf_hash
from intake.ledger.canonical import Commitments
from tests.ledger.evidence import verify

NAMES = st.text(st.characters(max_codepoint=127), min_size=1)
"""Of what stands in a record: our own words, in ASCII."""
values = st.one_of(st.none(), st.text(), st.integers(-(2**53) + 1, 2**53 - 1))
RECORDS = st.dictionaries(NAMES, values | st.dictionaries(NAMES, st.none() | st.text()))


def test_the_hash_of_a_leaf_is_that_of_the_standard():
    # RFC 9162 §2.1.1; the first leaf of the certificate-transparency reference vectors is empty.
    assert (
        leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@given(st.dictionaries(st.text(), st.text()))
def test_the_order_of_keys_does_not_matter(record):
    assert canonical_bytes(record) == canonical_bytes(dict(reversed(record.items())))


@given(RECORDS)
def test_what_the_house_writes_the_verifier_reads_as_canonical(record):
    assert verify.record_of(canonical_bytes(record)) == record


def test_a_commitment_binds_the_value_under_its_salt_and_field():
    bound = commitment(b"salt", "email", "ana@example.com")

    assert bound == commitment(b"salt", "email", "ana@example.com")
    assert bound != commitment(b"tlas", "email", "ana@example.com")
    assert bound != commitment(b"salt", "name", "ana@example.com")
    assert bound != commitment(b"salt", "email", "ann@example.com")


def test_a_persons_commitments_are_those_to_each_value_under_its_field():
    person = Commitments(b"salt")
    values = {"email": "ana@example.com", "name": "Ana", "typed": "Ana"}

    expected = {field: commitment(b"salt", field, value) for field, value in values.items()}
    assert person.to(values) == expected
    assert person.to(values | {"name": "Anna"}) == expected | {
        "name": commitment(b"salt", "name", "Anna")
    }


@given(RECORDS)
def test_the_bytes_are_those_of_rfc_8785(record):
    assert canonical_bytes(record) == rfc8785.dumps(record)


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
def test_a_number_that_the_rfc_cannot_write_is_refused(number):
    with pytest.raises(ValueError, match="too large"):
        canonical_bytes({"number": number})
