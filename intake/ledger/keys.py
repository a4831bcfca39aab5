"""The key that signs checkpoints: a file beside the database, so that whoever can rewrite the one
cannot sign for it.

`ledger_key` holds the signer key that is used now, `ledger_key.<hash>` one that was replaced, and
`ledger_keys.pub` the public half of each, a line for each: what auditors are given. Files are
replaced whole, under a lock on the folder, so that a process killed at any line leaves a key that
works.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.ledger.files import alone, write_whole
from intake.ledger.signing import MalformedKey, Signer, VerifierKey

KEY = "ledger_key"
KNOWN = "ledger_keys.pub"
LONGEST = 4096


class KeyProblem(Exception):
    """The signing key cannot be used; the message says what to do."""


def ensure_key(folder: Path, origin: str) -> Signer:
    """Return the key of the log called *origin*, made on the first call: of several processes all
    get the same.
    """
    with _explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / KEY).exists():
            with alone(folder):
                _make_first(folder, origin)
        signer = _read(folder / KEY, origin)
        _make_known(folder, signer.verifier)
    return signer


def rotate(folder: Path, origin: str) -> tuple[Signer, Signer]:
    """Replace the key by a new one; return both, the former first, so that the next checkpoint can
    be signed by each.

    The former key is kept: a process that dies before it signed finds it again by `former_key`.
    """
    ensure_key(folder, origin)
    with _explained(folder), alone(folder):
        former, new = _read(folder / KEY, origin), Signer.new(origin)
        kept = _kept(folder, former.verifier.hash)
        if not kept.exists():
            kept.hardlink_to(folder / KEY)
        write_whole(folder / KEY, f"{new.secret_text}\n", 0o600)
    with _explained(folder):
        _make_known(folder, new.verifier)
    return former, new


def former_key(folder: Path, origin: str, key_hash: bytes) -> Signer:
    """Return the key with this hash that was replaced since."""
    with _explained(folder):
        return _read(_kept(folder, key_hash), origin)


def known_keys(folder: Path) -> list[VerifierKey]:
    """Return the public half of every key that the log ever had, oldest first."""
    place = folder / KNOWN
    with _explained(folder):
        lines = (
            place.read_text("utf-8-sig", errors="replace").splitlines() if place.exists() else []
        )
    try:
        return [VerifierKey.parse(line) for line in lines]
    except MalformedKey:
        raise KeyProblem(
            f"{place} holds a line that is no public key; put the file back from your backup"
        ) from None


def _make_first(folder: Path, origin: str) -> None:
    if (folder / KEY).exists():
        return
    # A new key in silence would look to an auditor like a log that somebody forged
    if known_keys(folder):
        raise KeyProblem(
            f"{folder / KEY} is missing, though {KNOWN} says that there was one; put it back from "
            f"your backup. If it is lost, rename {KNOWN}: a new key is made, and auditors must be "
            "told about it"
        )
    write_whole(folder / KEY, f"{_new(origin).secret_text}\n", 0o600)


def _new(origin: str) -> Signer:
    try:
        return Signer.new(origin)
    except MalformedKey:
        raise KeyProblem(
            f"“{origin}” cannot name a log; use a name without spaces and plus signs"
        ) from None


def _read(place: Path, origin: str) -> Signer:
    with place.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise KeyProblem(f"{place} can be read by others; run: chmod 600 {place}")
        text = file.read(LONGEST).decode("utf-8-sig", errors="replace")
    try:
        signer = Signer.parse(text.strip())
    except MalformedKey:
        raise KeyProblem(
            f"{place} does not hold a signing key; put it back from your backup"
        ) from None
    if signer.verifier.name != origin:
        raise KeyProblem(
            f"{place} is the key of “{signer.verifier.name}”, not of “{origin}”; a log keeps its "
            "name, so put the former name back, or give this log a folder of its own"
        )
    return signer


def _make_known(folder: Path, key: VerifierKey) -> None:
    if key in known_keys(folder):
        return
    with alone(folder):
        known = known_keys(folder)
        if key not in known:
            write_whole(folder / KNOWN, "".join(f"{each}\n" for each in [*known, key]), 0o644)


def _kept(folder: Path, key_hash: bytes) -> Path:
    return folder / f"{KEY}.{key_hash.hex()}"


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise KeyProblem(
            f"{place}: {error.strerror}; the account that signs must own {folder} and all in it"
        ) from None
