"""Hashes of the Merkle tree of RFC 9162 §2.1.1 (SHA-256)."""

from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: the 0x00 prefix keeps a leaf from passing for a node (second preimages)."""
    return sha256(b"\x00" + data).digest()
