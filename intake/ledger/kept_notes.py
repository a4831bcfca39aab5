"""The file of signed checkpoints beside the key: every checkpoint, the newest last; copies of it
belong elsewhere.
"""

import os
from pathlib import Path

FILE = "ledger_anchors.txt"
TAIL = 64 * 1024


def add_note(folder: Path, note: str) -> None:
    """Add *note* to the file, on disk when this returns; one that is among the last there is not
    added again.
    """
    place = folder / FILE
    end = _end_of(place)
    if note in end:
        return
    with place.open("a", encoding="utf-8") as file:
        file.write(("\n" if end else "") + note)
        file.flush()
        os.fsync(file.fileno())


def _end_of(place: Path) -> str:
    if not place.exists():
        return ""
    with place.open("rb") as file:
        file.seek(max(0, place.stat().st_size - TAIL))
        return file.read().decode("utf-8", errors="replace")


def read_notes(folder: Path) -> list[str]:
    """Return the notes in the file; none where there is no such file."""
    place = folder / FILE
    return notes_in(place.read_text("utf-8", errors="replace")) if place.exists() else []


def notes_in(text: str) -> list[str]:
    """Return the signed notes in *text*, which stand one after the other with a blank line between
    them.

    A note itself holds one blank line, between its text and its signatures: so they come in pairs.
    What is left without its other half is given as it is, to be found wrong.
    """
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return ["\n\n".join(parts[at : at + 2]) + "\n" for at in range(0, len(parts), 2)]
