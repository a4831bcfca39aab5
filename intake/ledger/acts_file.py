"""The file of kept acts: one line for each, only ever appended to, on disk before the append
returns.

Several processes and threads append at once, each under a lock on the file. A line is an act as
JSON, a tab, and the keyed digest (HMAC-SHA256) of that JSON; in it `after` names the digest of the
line before. So an altered line is found out by its digest, and a line that was taken out by the one
that followed it. A line that a power cut tore is passed over, and the next one begins on a line of
its own. Cutting off the end is found out by the database, which still has those acts
(`consent.copying`), or by the kept head, when the database was cut back as well.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from intake.ledger.append import stamp
from intake.ledger.kept_acts import KeptAct, KeptActKind

NAME = "kept_acts.txt"
TAIL = 64 * 1024  # bytes; a line has a few hundred


class NotKept(Exception):
    """The file cannot be written or read; the message says which and why."""


@dataclass(frozen=True)
class ActLine:
    """One line as it was read: its number, its act, and what is wrong with it ("" for nothing)."""

    number: int
    act: KeptAct | None
    problem: str = ""


class ActsFile:
    """The file in one folder, under one key."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.path, self._key = folder / NAME, key

    def append(self, acts: Sequence[KeptAct]) -> None:
        """Put *acts* at the end; they are on disk when this returns. Raises `NotKept`."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_new = not self.path.exists()
            with open(self.path, "a+b", opener=_private) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(self._lines(file, acts))
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise NotKept(
                f"{self.path} cannot be written ({error.strerror}); free the disk or mend "
                "its permissions"
            ) from error

    def size(self) -> int:
        """Its length in bytes, 0 where there is none: the same number means that nothing was
        added.
        """
        return self.path.stat().st_size if self.path.exists() else 0

    def lines(self) -> Iterator[ActLine]:
        """Yield every line, oldest first; none where there is no file. Raises `NotKept`."""
        before = ""
        try:
            with self.path.open("rb") as file:
                for number, raw in enumerate(file, 1):
                    act, digest, after = self._read(raw)
                    if act is None:
                        yield ActLine(number, None, "was torn or altered")
                        continue
                    yield ActLine(
                        number, act, "" if after == before else "does not follow the line before"
                    )
                    before = digest
        except FileNotFoundError:
            return
        except OSError as error:
            raise NotKept(
                f"{self.path} cannot be read ({error.strerror}); mend its permissions"
            ) from error

    def acts(self) -> Iterator[KeptAct]:
        """Return the acts of every line that is whole, oldest first. Raises `NotKept`."""
        return (line.act for line in self.lines() if line.act)

    def problems(self) -> list[str]:
        """Return what is wrong with lines, in sentences. Lines that were torn by a power cut count
        too: an act may be lost.
        """
        return [
            f"line {line.number} of {NAME} {line.problem}" for line in self.lines() if line.problem
        ]

    def _lines(self, file: BinaryIO, acts: Sequence[KeptAct]) -> bytes:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - TAIL))
        tail = file.read()
        text = b"" if not tail or tail.endswith(b"\n") else b"\n"
        after = next(
            (digest for raw in reversed(tail.splitlines()) if (digest := self._read(raw)[1])), ""
        )
        for act in acts:
            body = json.dumps(
                {**asdict(act), "at": stamp(act.at), "after": after}, sort_keys=True
            ).encode()
            after = self._digest(body)
            text += body + b"\t" + after.encode() + b"\n"
        return text

    def _read(self, raw: bytes) -> tuple[KeptAct | None, str, str]:
        body, _, digest = raw.rstrip(b"\n").partition(b"\t")
        found = digest.decode("ascii", errors="replace")
        if not hmac.compare_digest(found.encode(), self._digest(body).encode()):
            return None, "", ""
        told = json.loads(body)
        after = told.pop("after")
        kind, at, purposes = (
            KeptActKind(told["kind"]),
            datetime.fromisoformat(told["at"]),
            tuple(told["purposes"]),
        )
        return KeptAct(**{**told, "kind": kind, "at": at, "purposes": purposes}), found, after

    def _digest(self, body: bytes) -> str:
        return hmac.digest(self._key, body, sha256).hex()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
