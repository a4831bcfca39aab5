"""Writes an evidence pack: what somebody who trusts neither us nor our database needs to check
entries of the log.

The form is described in `verifier.py`, which goes into each pack as `verify.py`. From equal values
come equal bytes: nothing in a pack depends on the machine, the clock or the order of a dictionary.
"""

import json
import zipfile
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO

from intake.ledger import verifier

VERIFIER = "verify.py"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier time, and this one says nothing
PLAIN_FILE = 0o100644 << 16
LEAF = 32
AT_ONCE = 10_000


@dataclass(frozen=True)
class Opening:
    """One field of a person, disclosed: its value, and its own salt (`canonical.field_salt`)."""

    value: str
    salt: bytes


@dataclass(frozen=True)
class Entry:
    """An entry of the log with the proof that it is in it (`proofs.inclusion_proof`, for the
    checkpoint's size).
    """

    position: int
    canonical: bytes
    inclusion: Sequence[bytes]
    openings: Mapping[str, Opening] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """Words that an entry names; every one that an entry of the pack names belongs to the pack, and
    no other.
    """

    version: int
    language: str
    purpose: str
    channel: str
    box: str
    hint: str
    notice: str
    sha256: str


@dataclass(frozen=True)
class Evidence:
    """All that goes into a pack. `checkpoint` and `anchors` are signed notes, `leaves` the whole
    log's.

    `keys` are verifier keys; `renderings` the pages that entries name, as HTML. `made_at` and
    `selection` tell the reader what he has before him and prove nothing.
    """

    origin: str
    keys: Sequence[str]
    made_at: str
    selection: Mapping[str, str]
    statements: Sequence[Statement]
    renderings: Sequence[str]
    entries: Sequence[Entry]
    checkpoint: str
    anchors: Sequence[str]
    leaves: Collection[bytes]
    """May be read from the database while they are written: a log of a million has 32 MB of
    them.
    """


def write_pack(evidence: Evidence, out: IO[bytes]) -> None:
    """Write the pack as one .zip; the same bytes as those of `zip_pack(build_pack_files(…))`, in
    constant memory.
    """
    files = _small_files(evidence)
    digest = sha256()
    for part in _parts(evidence.leaves):
        digest.update(part)
    digests = {name: sha256(data).hexdigest() for name, data in files.items()} | {
        verifier.LEAVES: digest.hexdigest()
    }
    files[verifier.SUMS] = _sums(digests)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted([*files, verifier.LEAVES]):
            parts = _parts(evidence.leaves) if name == verifier.LEAVES else iter([files[name]])
            info = _info(name)
            info.file_size = (
                LEAF * len(evidence.leaves) if name == verifier.LEAVES else len(files[name])
            )
            with archive.open(info, "w") as file:
                for part in parts:
                    file.write(part)


def build_pack_files(evidence: Evidence) -> dict[str, bytes]:
    """Return the files of the pack by name: to be zipped, or written into a folder as they are."""
    files = {verifier.LEAVES: b"".join(evidence.leaves), **_small_files(evidence)}
    return {verifier.SUMS: sums(files), **files}


def sums(files: Mapping[str, bytes]) -> bytes:
    """Return a list of SHA-256 that `sha256sum -c` reads."""
    return _sums({name: sha256(data).hexdigest() for name, data in files.items()})


def zip_pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one .zip. Stored, not compressed: compressors differ in their bytes from
    release to release.
    """
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(_info(name), data)
    return whole.getvalue()


def _small_files(evidence: Evidence) -> dict[str, bytes]:
    """Return all but the leaves, and the sums of all."""
    return {
        verifier.PACK: _json(evidence),
        verifier.CHECKPOINT: evidence.checkpoint.encode(),
        verifier.ANCHORS: "\n".join(evidence.anchors).encode(),
        VERIFIER: Path(verifier.__file__).read_bytes(),
    }


def _sums(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def _parts(leaves: Collection[bytes]) -> Iterator[bytes]:
    left = iter(leaves)
    return iter(lambda: b"".join(islice(left, AT_ONCE)), b"")


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EARLIEST)
    info.create_system, info.external_attr = 3, PLAIN_FILE  # as on Unix, wherever this runs
    return info


def _json(evidence: Evidence) -> bytes:
    pack = {
        "format": verifier.FORMAT,
        "origin": evidence.origin,
        "keys": list(evidence.keys),
        "made_at": evidence.made_at,
        "selection": dict(evidence.selection),
        "statements": [asdict(statement) for statement in evidence.statements],
        "renderings": [
            {"sha256": sha256(html.encode()).hexdigest(), "html": html}
            for html in evidence.renderings
        ],
        "entries": [
            _entry(entry) for entry in sorted(evidence.entries, key=lambda entry: entry.position)
        ],
    }
    return json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "position": entry.position,
        "canonical": b64encode(entry.canonical).decode(),
        "inclusion": [node.hex() for node in entry.inclusion],
        "openings": {
            name: {"value": opening.value, "salt": opening.salt.hex()}
            for name, opening in entry.openings.items()
        },
    }
