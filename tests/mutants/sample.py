"""A random sample of the changes to the rules, the same for the same seed and the same code."""

import ast
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import changed, changes
from tests.mutants.judged import lines_changed
from tests.mutants.rooms import ROOMS, Room


@dataclass(frozen=True)
class Mutant:
    """One change to one file."""

    room: Room
    path: str
    number: int
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The file, and the lines as they were and became."""
        return self.path, *lines_changed(self.before, self.after)


def draw(root: Path, size: int, seed: int, rooms: Collection[str] = ()) -> Sequence[Mutant]:
    """Draw *size* of all changes (all there are, if fewer) in *rooms*, or in every room; ordered by
    room and file.
    """
    everything = [
        (room, path, number)
        for room in ROOMS
        if not rooms or room.name in rooms
        for path in _files(root, room)
        for number in range(changes((root / path).read_text()))
    ]
    drawn = random.Random(seed).sample(range(len(everything)), min(size, len(everything)))
    return [_mutant(root, *everything[at]) for at in sorted(drawn)]


def _files(root: Path, room: Room) -> Iterator[str]:
    for pattern in room.rules:
        for path in sorted((root / "intake").glob(pattern)):
            if path.name != "__init__.py":
                yield str(path.relative_to(root))


def _mutant(root: Path, room: Room, path: str, number: int) -> Mutant:
    source = (root / path).read_text()
    return Mutant(
        room, path, number, ast.unparse(ast.parse(source)) + "\n", changed(source, number) + "\n"
    )
