"""The two halves of a key in the text forms of signed notes: who signs, and whose signature is
believed.

A verifier key is `name+hash+base64(0x01 ‖ public key)` and may be told to anybody, a signer key is
`PRIVATE+KEY+name+hash+base64(0x01 ‖ seed)`. 0x01 stands for Ed25519; the hash is the first four
bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key), in hex. Sources: c2sp.org/signed-note,
golang.org/x/mod/sumdb/note.
"""

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
SECRET = "PRIVATE+KEY+"  # noqa: S105  (what a signer key begins with, no secret itself)
KEY_BYTES = 32


class MalformedKey(ValueError):
    """A text is not a key. The message never repeats the text: it may be the secret half."""


@dataclass(frozen=True)
class VerifierKey:
    """The public half: checks signatures of the key called *name*."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """Four bytes that stand before each signature, to find the key by."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that *text* stands for, in exactly the form above. Raises
        `MalformedKey`.
        """
        name, key_hash, public = _parts(text)
        key = cls(name, public)
        if key.hash.hex() != key_hash:
            raise MalformedKey("the key's hash does not belong to its name and public key")
        return key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Return whether *signature* is this key's, of exactly *message*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer:
    """The secret half. Its `repr` does not tell the secret; `secret_text` does, for the file that
    keeps it.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_key_name(name):
            raise MalformedKey("a key's name has no spaces and no plus signs")
        self._seed, self._key = seed, Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, self._key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"<Signer {self.verifier}>"

    @classmethod
    def new(cls, name: str) -> Self:
        """Return a key that nobody had before."""
        return cls(name, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that *text* stands for, in exactly the form above. Raises
        `MalformedKey`.
        """
        if not text.startswith(SECRET):
            raise MalformedKey(f"a signer key begins with {SECRET}")
        name, key_hash, seed = _parts(text.removeprefix(SECRET))
        signer = cls(name, seed)
        if signer.verifier.hash.hex() != key_hash:
            raise MalformedKey("the key's hash does not belong to its name and secret")
        return signer

    @property
    def secret_text(self) -> str:
        """The signer key as it is kept."""
        key = self.verifier
        return f"{SECRET}{key.name}+{key.hash.hex()}+{b64encode(ED25519 + self._seed).decode()}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature (RFC 8032: the same for the same message)."""
        return self._key.sign(message)


def is_key_name(text: str) -> bool:
    """Return whether a key may be called so: not empty, no plus sign, no space of any kind, no
    control character.
    """
    return bool(text) and not any(
        letter == "+" or letter.isspace() or letter < " " for letter in text
    )


def exact_base64(text: str) -> bytes:
    """Return the bytes of *text*; ValueError where it is not the one way to write them (RFC 4648
    §3.5).
    """
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError("base64 that nobody would have written so")
    return data


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_hash, _, encoded = rest.partition("+")
    try:
        data = exact_base64(encoded)
    except ValueError:
        data = b""
    if not is_key_name(name) or data[:1] != ED25519 or len(data) != 1 + KEY_BYTES:
        raise MalformedKey("not an Ed25519 key of the form name+hash+base64")
    return name, key_hash, data[1:]
