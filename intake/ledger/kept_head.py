"""The last signed head, kept in a file beside the signing key: what a forged or older database is
found out by.

A head is written here before it can be seen anywhere else, that is before the database commits it.
A process that dies in between leaves a head that the database has not got yet. So the file also
says which entries the head added, in which order: the next one that seals gives the same entries
the same places under the same signature. The file holds hashes and public records only.

The file also holds the *peaks* of the signed tree (`growing`). The signer grows the tree from these
and never from the database, so that whatever it signs continues what it signed before.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.ledger.files import write_whole
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.keys import KeyProblem, known_keys
from intake.ledger.note import Checkpoint, NotSigned, open_checkpoint
from intake.ledger.place import KEPT_HEAD

LEAF = 32


@dataclass(frozen=True)
class OwnRecord:
    """A record that sealing itself put into the log, in the same transaction, so that it is lost
    when that is.
    """

    kind: str
    canonical: bytes


@dataclass(frozen=True)
class KeptHead:
    """The last signed head, and what it added to the log that the database had committed then."""

    notes: Sequence[str]
    """Signed notes since `base_size`, the head's last: more than one where one transaction sealed
    several times.
    """
    head: Checkpoint
    peaks: Sequence[bytes]
    """The peaks of the head's tree."""
    base_size: int
    """How many entries had places when the transaction began that sealed this head."""
    added: Sequence[bytes]
    """The leaves since then, in order."""
    own: Sequence[OwnRecord] = ()

    @property
    def tree(self) -> IncrementalTree:
        """The tree that was signed, to grow on."""
        return IncrementalTree(self.head.size, self.peaks)


def read_kept_head(folder: Path) -> KeptHead | None:
    """Return the kept head; None where there is none yet. Raises `KeyProblem` where the file cannot
    be believed.
    """
    place = folder / KEPT_HEAD
    try:
        text = place.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{place} cannot be read ({type(error).__name__}); {_REMEDY}") from None
    try:
        kept = _parse(json.loads(text), folder)
        is_whole = (
            kept.tree.root == kept.head.root and kept.base_size + len(kept.added) == kept.head.size
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, NotSigned):
        is_whole = False
    if not is_whole:
        raise KeyProblem(f"{place} is damaged; {_REMEDY}")
    return kept


def write_kept_head(folder: Path, kept: KeptHead) -> None:
    """Put *kept* in place of the former head; on disk when this returns. Raises `KeyProblem`."""
    told = {
        "notes": list(kept.notes),
        "peaks": [peak.hex() for peak in kept.peaks],
        "base_size": kept.base_size,
        "added": b64encode(b"".join(kept.added)).decode(),
        "own": [[one.kind, b64encode(one.canonical).decode()] for one in kept.own],
    }
    try:
        write_whole(folder / KEPT_HEAD, json.dumps(told, indent=1) + "\n", 0o600)
    except OSError as error:
        raise KeyProblem(
            f"{folder / KEPT_HEAD} cannot be written ({error.strerror}), so nothing is signed; the "
            f"account that signs must own {folder} and have room there"
        ) from None


def _parse(told: dict[str, Any], folder: Path) -> KeptHead:
    added = b64decode(told["added"])
    return KeptHead(
        notes=list(told["notes"]),
        head=open_checkpoint(told["notes"][-1], known_keys(folder)),
        peaks=[bytes.fromhex(peak) for peak in told["peaks"]],
        base_size=int(told["base_size"]),
        added=[added[at : at + LEAF] for at in range(0, len(added), LEAF)],
        own=[OwnRecord(kind, b64decode(canonical)) for kind, canonical in told["own"]],
    )


_REMEDY = (
    "put the file back from your backup of the folder. If it is lost, rename it: the newest signed "
    "checkpoint of the database is then taken for the head, and “intake consent verify” says "
    "whether the checkpoints kept elsewhere agree"
)
