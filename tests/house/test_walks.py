"""How far a reader must walk to follow one act through the code: files, and moves from one to
another. The numbers may fall; whoever raises one says why.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import pytest
from sqlalchemy import select

from intake.models import Lead, Role
from intake.sheet.sync.readback import ReadBack
from tests.conftest import NOON, ROOT
from tests.sheet.conftest import *  # noqa: F403  (the sheet, and the step that delivers)

HOUSE = str(ROOT / "intake")
SUBMISSION, PERSON, READ_BACK = (61, 99), (50, 67), (26, 39)
"""The most files and moves."""
ONLY_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


@dataclass
class Walk:
    """The files in which something was called, and the calls that led from one to another."""

    files: set[str] = field(default_factory=set)
    moves: set[tuple[str, str]] = field(default_factory=set)

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Note a call, for `sys.setprofile`. Comprehensions and the like are no calls to a
        reader.
        """
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(HOUSE) or frame.f_code.co_name.startswith("<"):
            return
        self.files.add(name)
        caller = frame.f_back
        while caller and not caller.f_code.co_filename.startswith(HOUSE):
            caller = caller.f_back
        if caller and caller.f_code.co_filename != name:
            self.moves.add((caller.f_code.co_filename, name))

    def is_within(self, most: tuple[int, int]) -> bool:
        """Return whether there are at most so many files and moves."""
        return len(self.files) <= most[0] and len(self.moves) <= most[1]

    def __str__(self) -> str:
        files = sorted(name.removeprefix(HOUSE) for name in self.files)
        return f"{len(self.files)} files, {len(self.moves)} moves: {', '.join(files)}"


@contextmanager
def walked() -> Iterator[Walk]:
    """Yield the walk of the block, through all of its threads."""
    walk = Walk()
    threading.setprofile(walk.note)
    sys.setprofile(walk.note)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


@pytest.fixture
def form(served):
    """A client that has sent a form, so that nothing is loaded or kept for the first time."""
    served.submit(phone="416 555 0199", email="first@example.com", agree_news="y")
    return served


@ONLY_SQLITE
def test_a_submission(form):
    stamp = form.stamp()

    with walked() as walk:
        page = form.submit(stamp=stamp, follow=False, email="ana@example.com", agree_news="y")

    assert page.status == 303
    assert walk.is_within(SUBMISSION), str(walk)


@ONLY_SQLITE
def test_a_look_at_a_person(form):
    with form.house.database.reading() as session:
        ref = session.scalars(select(Lead.ref)).one()
    form.sign_in(Role.OWNER)
    form.get(f"/admin/consents/{ref}")

    with walked() as walk:
        page = form.get(f"/admin/consents/{ref}")

    assert page.status == 200
    assert walk.is_within(PERSON), str(walk)


@ONLY_SQLITE
def test_a_read_back(database, google, clinic, delivery, add_lead):
    add_lead()
    delivery.step(NOON)
    readback = ReadBack(database, google, clinic)
    readback.step(NOON)

    with walked() as walk:
        readback.step(NOON)

    assert walk.is_within(READ_BACK), str(walk)
