"""The verifier's own Ed25519, against the standard's vectors and against a library."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.ledger.signing import Signer
from tests.ledger.evidence import verify
from tests.ledger.vectors import ED25519

verifies = verify.ed25519_verifies
some = settings(max_examples=50)
SMALL_ORDER = [1, verify.P - 1, 0]  # y of points of order 1, 2 and 4


def library_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"), ED25519, ids=["1", "2", "3", "abc"]
)
def test_the_vectors_of_the_standard_hold(seed, public, message, signature):
    assert Signer("x", seed).verifier.public == public
    assert Signer("x", seed).sign(message) == signature
    assert verifies(public, message, signature)
    assert not verifies(public, message + b"!", signature)


@some
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.data())
def test_it_agrees_with_the_library_on_true_and_altered_signatures(seed, message, data):
    signer = Signer("x", seed)
    parts = [signer.verifier.public, message, signer.sign(message)]
    at = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, max(len(parts[at]) - 1, 0)))
    altered = [*parts]
    altered[at] = bytes(
        byte ^ (place == i) << data.draw(st.integers(0, 7)) for i, byte in enumerate(parts[at])
    )

    assert verifies(*parts)
    assert verifies(*altered) == library_verifies(*altered)


@some
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_it_agrees_with_the_library_on_noise(public, signature):
    assert not verifies(public, b"", signature)
    assert not library_verifies(public, b"", signature)


def test_a_signature_has_no_second_form():
    _, public, message, signature = ED25519[2]
    s = int.from_bytes(signature[32:], "little") + verify.L

    assert not verifies(public, message, signature[:32] + s.to_bytes(32, "little"))
    assert not verifies(public, message, signature + b"\x00")
    assert not verifies(public, message, signature[:63])


@pytest.mark.parametrize("y", SMALL_ORDER)
def test_a_key_under_which_one_signature_fits_many_messages_is_refused(y):
    key = y.to_bytes(32, "little")

    assert not verifies(key, b"any", verify.encoded(verify.NEUTRAL) + bytes(32))


@pytest.mark.parametrize("number", [verify.P, verify.P + 1, 2**255 - 1, 2, 1 | 1 << 255])
def test_what_is_no_point_or_not_the_one_way_to_write_it_is_refused(number):
    with pytest.raises(ValueError, match="no point"):
        verify.decoded(number.to_bytes(32, "little"))
