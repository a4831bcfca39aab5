"""The patrol: goes over every entry of the log from its bytes up, portion by portion, and begins
again.

A glance (`comparison`) takes roots of subtrees from the database. Whoever alters an entry below one
of these, and nothing else, is found here: an hour later in a log of a clinic's size.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger.alarm import PATROL, end, sound
from intake.ledger.comparison import RESTART
from intake.ledger.entry_check import placed
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_head import KeptHead, read_kept_head
from intake.ledger.keys import KeyProblem
from intake.models import LedgerNode
from intake.outbox import Progress

PORTION = 5_000
PACE = timedelta(seconds=5)
REST = timedelta(hours=1)
AFTER_PROBLEM = timedelta(minutes=1)


@dataclass
class Patrol:
    """The worker's step. It remembers how far it is; a new process begins at the first entry."""

    database: Database
    folder: Path
    portion: int = PORTION
    _tree: IncrementalTree = field(default_factory=IncrementalTree)
    _head: KeptHead | None = None

    def step(self, now: datetime) -> Progress:
        """Go over the next portion; a whole round without a finding ends the alarm of an earlier
        one.
        """
        try:
            if self._tree.size == 0:
                self._head = read_kept_head(self.folder)
            if self._head is None:
                return Progress(not_before=now + AFTER_PROBLEM)
            before = self._tree.size
            with self.database.reading() as session:
                found = self._look(session, self._head)
        except KeyProblem as problem:
            return Progress(not_before=now + AFTER_PROBLEM, problem=str(problem))
        if found:
            return self._alarm(found, now)
        if before < self._tree.size < self._head.head.size:
            return Progress(not_before=now + PACE)
        is_whole = self._tree.size == self._head.head.size
        self._tree = IncrementalTree()
        if not is_whole:  # the end is not there, which the glance before each sealing tells apart
            return Progress(not_before=now + AFTER_PROBLEM)
        end(self.folder, PATROL)
        return Progress(not_before=now + REST)

    def _look(self, session: Session, kept: KeptHead) -> str | None:
        """Go over a portion of what *kept* signed; what is wrong, in a sentence."""
        size, nodes = kept.head.size, _nodes(session)
        for one in placed(session, self._tree.size, min(self.portion, size - self._tree.size)):
            if one.position != self._tree.size:
                return f"position {self._tree.size} of the log is missing"
            if one.problem:
                return one.problem
            self._tree.add(one.true_leaf)
            for level, index, hash_ in self._tree.completed:
                if nodes.get((level, index)) != hash_:
                    last = self._tree.size
                    return (
                        f"among the entries {last - (1 << level)} to {last - 1} are others "
                        "than were signed"
                    )
        if self._tree.size == size and self._tree.root != kept.head.root:
            return f"the first {size} entries of the log are not those that were signed"
        return None

    def _alarm(self, found: str, now: datetime) -> Progress:
        self._tree = IncrementalTree()
        sentence = f"{found}: the database was altered. Nothing is signed. {RESTART}"
        sound(self.folder, PATROL, sentence, now=now)
        return Progress(not_before=now + AFTER_PROBLEM, problem=sentence)


def _nodes(session: Session) -> dict[tuple[int, int], bytes]:
    rows = session.execute(select(LedgerNode.level, LedgerNode.index, LedgerNode.hash))
    return {(level, index): hash_ for level, index, hash_ in rows}
