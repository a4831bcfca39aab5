"""The published words, kept in memory: read again only when something was published since."""

import threading
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.changes import ChangeWatch
from intake.consent.statements import current_statements, statements_shown
from intake.db import Database
from intake.languages import LANGUAGES
from intake.models import ConsentRendering, ConsentStatement

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Edition:
    """What is published at one time. Compared by identity: another publication makes another
    edition.
    """

    version: Version
    statements: Mapping[str, Sequence[ConsentStatement]]
    """The statements by language, in the order of the purposes."""
    renderings: frozenset[str]
    """SHA-256 of each block that was stored (`consent.rendering`)."""


class PublishedWords:
    """The words of one clinic, for all threads of a process. What was once published never
    changes.
    """

    def __init__(self, database: Database, clinic: str) -> None:
        self._database, self._clinic = database, clinic
        self._watch = ChangeWatch(database)
        self._lock = threading.Lock()
        self._mark: Hashable = None
        self._edition: Edition | None = None
        self._by_id: dict[int, ConsentStatement] = {}

    def edition(self) -> Edition:
        """Return what is published now, asking the database only when it may have changed."""
        mark, edition = self._watch.mark(), self._edition
        if edition is not None and mark == self._mark:
            return edition
        with self._lock:
            if self._edition is None or mark != self._mark:
                self._edition, self._mark = self._newest(), mark
            return self._edition

    def shown(self, ids: Iterable[int]) -> Sequence[ConsentStatement]:
        """Return the statements with these ids, in their order, replaced ones too; unknown ids are
        left out.
        """
        wanted = list(ids)
        if not all(one in self._by_id for one in wanted):
            with self._database.reading() as session:
                found = statements_shown(session, self._clinic, wanted)
            self._by_id |= {one.id: one for one in found}
        return [self._by_id[one] for one in wanted if one in self._by_id]

    def stored_rendering(self, sha256: str | None) -> str | None:
        """Return *sha256* if it names a block that was stored, else None: a look of a newer release
        may not be yet.
        """
        known = self._edition
        if known is not None and sha256 in known.renderings:  # what was stored once stays
            return sha256
        return sha256 if sha256 in self.edition().renderings else None

    def _newest(self) -> Edition:
        with self._database.reading() as session:
            version, known = _version(session, self._clinic), self._edition
            if known is not None and known.version == version:
                return known
            statements = {
                one: tuple(current_statements(session, self._clinic, one)) for one in LANGUAGES
            }
            renderings = frozenset(session.scalars(select(ConsentRendering.sha256)))
        self._by_id |= {one.id: one for shown in statements.values() for one in shown}
        return Edition(version, statements, renderings)


def _version(session: Session, clinic: str) -> Version:
    """Return values that change with each publication: statements are only ever added."""
    of_clinic = ConsentStatement.clinic == clinic
    blocks = select(func.count()).select_from(ConsentRendering).scalar_subquery()
    count, newest, renderings = session.execute(
        select(func.count(), func.coalesce(func.max(ConsentStatement.id), 0), blocks).where(
            of_clinic
        )
    ).one()
    return count, newest, renderings
