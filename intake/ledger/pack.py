"""Writes an evidence pack: what somebody who trusts neither us nor our database needs to check entries of the log.

The form is described in `verifier.py`, which goes into each pack as `verify.py`. From equal values come equal bytes:
nothing in a pack depends on the machine, the clock or the order of a dictionary.
"""

import json
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from intake.ledger import verifier

VERIFIER = "verify.py"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier time, and this one says nothing
PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Opening:
    """One field of a person, disclosed: its value, and its own salt (`canonical.field_salt`)."""

    value: str
    salt: bytes


@dataclass(frozen=True)
class Entry:
    """An entry of the log with the proof that it is in it (`proofs.inclusion_proof`, for the checkpoint's size)."""

    position: int
    canonical: bytes
    inclusion: Sequence[bytes]
    openings: Mapping[str, Opening] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """Words that an entry names; every one that an entry of the pack names belongs to the pack, and no other."""

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
    """All that goes into a pack. `checkpoint` and `anchors` are signed notes, `leaves` the whole log's.

    `keys` are verifier keys; `renderings` the pages that entries name, as HTML. `made_at` and `selection` tell the
    reader what he has before him and prove nothing.
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
    leaves: Sequence[bytes]


def build_pack_files(evidence: Evidence) -> dict[str, bytes]:
    """The files of the pack by name: to be zipped, or written into a folder as they are."""
    files = {
        verifier.PACK: _json(evidence),
        verifier.CHECKPOINT: evidence.checkpoint.encode(),
        verifier.ANCHORS: "\n".join(evidence.anchors).encode(),
        verifier.LEAVES: b"".join(evidence.leaves),
        VERIFIER: Path(verifier.__file__).read_bytes(),
    }
    return {verifier.SUMS: sums(files), **files}


def sums(files: Mapping[str, bytes]) -> bytes:
    """A list of SHA-256 that `sha256sum -c` reads."""
    return "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()


def zip_pack(files: Mapping[str, bytes]) -> bytes:
    """The files as one .zip. Stored, not compressed: compressors differ in their bytes from release to release."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.create_system, info.external_attr = 3, PLAIN_FILE  # as on Unix, wherever this runs
            archive.writestr(info, data)
    return whole.getvalue()


def _json(evidence: Evidence) -> bytes:
    pack = {
        "format": verifier.FORMAT,
        "origin": evidence.origin,
        "keys": list(evidence.keys),
        "made_at": evidence.made_at,
        "selection": dict(evidence.selection),
        "statements": [asdict(statement) for statement in evidence.statements],
        "renderings": [{"sha256": sha256(html.encode()).hexdigest(), "html": html} for html in evidence.renderings],
        "entries": [_entry(entry) for entry in sorted(evidence.entries, key=lambda entry: entry.position)],
    }
    return json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "position": entry.position,
        "canonical": b64encode(entry.canonical).decode(),
        "inclusion": [node.hex() for node in entry.inclusion],
        "openings": {
            name: {"value": opening.value, "salt": opening.salt.hex()} for name, opening in entry.openings.items()
        },
    }
