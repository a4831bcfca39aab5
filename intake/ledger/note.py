"""Checkpoints, and the signed notes that they travel in: short texts a person can keep in a mail or
on paper.

A note is a text, a blank line, and a line for each signature: `— name base64(key hash ‖ signature)`
(c2sp.org/signed-note). A checkpoint's text is three lines: the log's origin, how many entries it
has, and the root over them in base64 (c2sp.org/tlog-checkpoint). Several keys may sign one note, as
when a key is replaced.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from intake.ledger.signing import Signer, VerifierKey, exact_base64, is_key_name

MOST_SIGNATURES = 100
HASH_BYTES = 4
ROOT_BYTES = 32
LARGEST_SIZE = 2**63 - 1


class MalformedNote(ValueError):
    """A text has not the form of a signed note or of a checkpoint."""


class NotSigned(Exception):
    """No key that is believed signed the note, or a signature in the name of one is false."""


@dataclass(frozen=True)
class Signature:
    """One line under a note."""

    name: str
    key_hash: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_hash + self.signature).decode()}"


@dataclass(frozen=True)
class SignedNote:
    """A text with its signatures, which are not verified yet: see `open_note`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, note: str) -> Self:
        """Return the parts of *note*, of which nothing may be believed yet. Raises
        `MalformedNote`.
        """
        text, blank, lines = note.rpartition("\n\n")
        signatures = lines.removesuffix("\n").split("\n")
        if not text or not blank or not lines.endswith("\n") or len(signatures) > MOST_SIGNATURES:
            raise MalformedNote("a signed note is a text, a blank line and one or more signatures")
        return cls(_clean(text + "\n"), tuple(_signature(line) for line in signatures))


@dataclass(frozen=True)
class Checkpoint:
    """What the log was at one moment: how many entries, and the root over all of them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint that *text* says, without extension lines. Raises
        `MalformedNote`.
        """
        lines = text.split("\n")
        try:
            origin, size, root, end = lines
            checkpoint = cls(origin, int(size), exact_base64(root))
        except ValueError:
            raise MalformedNote("a checkpoint has three lines: origin, size and root") from None
        sized = re.fullmatch("0|[1-9][0-9]{0,18}", size) and checkpoint.size <= LARGEST_SIZE
        if end or not is_key_name(origin) or not sized or len(checkpoint.root) != ROOT_BYTES:
            raise MalformedNote(
                "a checkpoint has an origin without spaces, a plain number and a root of 32 bytes"
            )
        return checkpoint


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """*text*, which ends with a newline, as a note with a signature by each of *signers*."""
    if not text.endswith("\n") or not signers:
        raise MalformedNote("a note's text ends with a newline, and somebody signs it")
    message = _clean(text).encode()
    keys = [signer.verifier for signer in signers]
    signatures = [signer.sign(message) for signer in signers]
    return str(
        SignedNote(
            text, tuple(Signature(k.name, k.hash, s) for k, s in zip(keys, signatures, strict=True))
        )
    )


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """Return the text of *note* and which of *keys* signed it; signatures by others are passed
    over.

    Raises `MalformedNote`, and `NotSigned` where none of *keys* signed it, or one of them seems to
    have but did not.
    """
    parsed = SignedNote.parse(note)
    known = {(key.name, key.hash): key for key in keys}
    signed_by: dict[VerifierKey, None] = {}
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_hash))
        if key and not key.verifies(parsed.text.encode(), signature.signature):
            raise NotSigned(f"the signature of {key.name}+{key.hash.hex()} is false")
        if key:
            signed_by[key] = None
    if not signed_by:
        raise NotSigned("no key that is believed signed this")
    return parsed.text, list(signed_by)


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str:
    """*checkpoint* as a note signed by each of *signers*, whose keys bear the name of its
    origin.
    """
    return sign_note(str(checkpoint), signers)


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Return the checkpoint in *note*, signed by one of *keys* in the name of its origin. Raises as
    `open_note`.
    """
    text, signed_by = open_note(note, keys)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in {key.name for key in signed_by}:
        raise NotSigned(f"no key of {checkpoint.origin} signed this")
    return checkpoint


def _clean(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedNote("a note is valid Unicode") from None
    if any(letter < " " and letter != "\n" for letter in text):
        raise MalformedNote("a note has no control characters but newlines")
    return text


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        data = exact_base64(encoded)
    except ValueError:
        data = b""
    if dash != "—" or not is_key_name(name) or len(data) <= HASH_BYTES:
        raise MalformedNote(
            "a signature's line is a dash, a name and base64, with spaces between them"
        )
    return Signature(name, data[:HASH_BYTES], data[HASH_BYTES:])
