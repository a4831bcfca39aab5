import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ledger.note import (
    Checkpoint,
    MalformedNote,
    NotSigned,
    SignedNote,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
)
from intake.ledger.signing import MalformedKey, Signer, VerifierKey
from tests.ledger.vectors import (
    BEHIND_THE_SOFA,
    BY_ENOCH,
    BY_PETER,
    ENOCH,
    PETER,
    PETER_SIGNS,
    TEXT,
)

peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
CHECKPOINT = Checkpoint("clinic.example/consent", 12, bytes(range(32)))
ours = Signer(CHECKPOINT.origin, bytes(32))


@pytest.mark.parametrize(
    ("text", "parse"), [(PETER, VerifierKey.parse), (PETER_SIGNS, Signer.parse)]
)
def test_a_key_has_one_form_and_every_other_is_refused(text, parse):
    data = text.encode()
    pieces = {data[i:j] for i in range(len(data)) for j in range(i, len(data) + 1)} - {data}
    changed = {data[:at] + bytes([data[at] + 1]) + data[at + 1 :] for at in range(len(data))}

    parse(text)

    for wrong in pieces | changed:
        with pytest.raises(MalformedKey):
            parse(wrong.decode())


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_length_or_kind_is_refused(text):
    with pytest.raises(MalformedKey):
        VerifierKey.parse(text)


def test_keys_come_back_as_they_were_written():
    signer = Signer.parse(PETER_SIGNS)

    assert signer.secret_text == PETER_SIGNS
    assert str(signer.verifier) == str(peter) == PETER


def test_a_signer_does_not_tell_its_secret_in_passing():
    signer = Signer.parse(PETER_SIGNS)

    assert PETER_SIGNS.rpartition("+")[2] not in repr(signer) + str(signer) + str(
        vars(signer.verifier)
    )


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x00b"])
def test_a_key_needs_a_name_that_a_note_can_hold(name):
    with pytest.raises(MalformedKey):
        Signer.new(name)


def test_signing_gives_the_published_note():
    assert sign_note(TEXT, [Signer.parse(PETER_SIGNS)]) == f"{TEXT}\n{BY_PETER}"


@pytest.mark.parametrize(
    ("keys", "signed_by"),
    [
        ([peter], [peter]),
        ([enoch], [enoch]),
        ([enoch, peter], [peter, enoch]),
        ([peter, ours.verifier], [peter]),
    ],
)
def test_of_several_signatures_those_of_unknown_keys_are_passed_over(keys, signed_by):
    assert open_note(f"{TEXT}\n{BY_PETER}{BY_ENOCH}", keys) == (TEXT, signed_by)


def test_a_note_that_no_believed_key_signed_is_not_opened():
    with pytest.raises(NotSigned, match="no key that is believed"):
        open_note(f"{TEXT}\n{BY_PETER}", [enoch])


def test_a_false_signature_of_a_believed_key_spoils_the_note_whoever_else_signed():
    forged = f"{TEXT}\n{BY_PETER}{BY_ENOCH}".replace("answer", "solution")
    both = sign_note(TEXT, [ours]) + BY_PETER.replace("x08go/ZJ", "x08go/ZK")

    for note in (forged, both):
        with pytest.raises(NotSigned, match="false"):
            open_note(note, [peter, ours.verifier])


def test_a_text_may_have_empty_lines_itself():
    text = "Ognuno sta solo sul cuor della terra\n\ned è subito sera.\n"

    assert open_note(sign_note(text, [ours]), [ours.verifier])[0] == text


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{BY_PETER[:-1]}",
        f"\x01{TEXT}\n{BY_PETER}",
        f"\udcff{TEXT}\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{BY_PETER}Unexpected line.\n",
        f"{TEXT}\n{BY_PETER.replace('—', '-')}",
        f"{TEXT}\n{BY_PETER * 101}",
        f"{TEXT}\n{BY_PETER}\n",
        f"\n\n{BY_PETER}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        "",
    ],
)
def test_what_is_not_exactly_a_note_is_refused(note):
    with pytest.raises(MalformedNote):
        open_note(note, [peter])


def test_a_note_may_have_a_hundred_signatures_and_a_checkpoint_the_largest_size():
    assert len(SignedNote.parse(f"{TEXT}\n{BY_PETER * 100}").signatures) == 100
    largest = str(CHECKPOINT).replace("\n12\n", f"\n{2**63 - 1}\n")
    assert Checkpoint.parse(largest).size == 2**63 - 1


@pytest.mark.parametrize(
    ("text", "signers"), [("no newline at the end", [ours]), (TEXT, []), ("a\tb\n", [ours])]
)
def test_what_could_not_be_opened_again_is_not_signed(text, signers):
    with pytest.raises(MalformedNote):
        sign_note(text, signers)


def test_the_published_checkpoint_is_read_and_written():
    checkpoint = Checkpoint.parse(BEHIND_THE_SOFA)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(checkpoint) == BEHIND_THE_SOFA


@pytest.mark.parametrize(
    "change",
    [
        ("\n12\n", "\n012\n"),
        ("\n12\n", "\n-1\n"),
        ("\n12\n", "\n1_2\n"),
        ("\n12\n", "\n１２\n"),
        ("\n12\n", "\n\n"),
        ("\n12\n", f"\n{2**63}\n"),
        ("\n12\n", f"\n{'9' * 5000}\n"),
        ("clinic.", "clinic "),
        ("clinic.example/consent", ""),
        ("Hh8=\n", "Hh8="),
        ("Hh8=\n", "Hh8=\nmore\n"),
        ("Hh8=\n", "Hh9=\n"),
        ("Hh8=\n", "\n"),
        ("AAEC", "AA\nC"),
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(change):
    text = str(CHECKPOINT).replace(*change)

    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_comes_back_from_its_note(size, root):
    checkpoint = Checkpoint("clinic.example/consent", size, root)

    assert open_checkpoint(sign_checkpoint(checkpoint, [ours]), [ours.verifier]) == checkpoint


def test_when_a_key_is_replaced_both_sign_and_either_is_enough():
    new = Signer(CHECKPOINT.origin, bytes([1] * 32))
    note = sign_checkpoint(CHECKPOINT, [ours, new])

    assert (
        open_checkpoint(note, [ours.verifier])
        == open_checkpoint(note, [new.verifier])
        == CHECKPOINT
    )
    assert [signature.key_hash for signature in SignedNote.parse(note).signatures] == [
        ours.verifier.hash,
        new.verifier.hash,
    ]


def test_a_key_vouches_only_for_the_log_that_bears_its_name():
    other = Signer("clinic.example/other", bytes(32))

    with pytest.raises(NotSigned, match="no key of clinic"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [other]), [other.verifier])


@given(st.data())
def test_no_byte_of_a_signed_checkpoint_can_be_changed(data):
    note = sign_checkpoint(CHECKPOINT, [ours]).encode()
    at, bit = data.draw(st.integers(0, len(note) - 1)), data.draw(st.integers(0, 7))
    changed = note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]

    with pytest.raises((MalformedNote, NotSigned)):
        open_checkpoint(changed.decode("utf-8", "surrogateescape"), [ours.verifier])
