"""The published words, version by version: a version is of one purpose, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from intake.consent.statements import statements_of
from intake.languages import LANGUAGES
from intake.models import Basis, ConsentStatement, Purpose

ASKED = {
    Basis.EXPRESS: "express: the person ticks a box",
    Basis.IMPLIED: "implied: sending the form with an email address counts as agreement",
}
"""How strong an agreement is, in words."""


@dataclass(frozen=True)
class WordingVersion:
    """One version, and until when forms showed it; None where they still do."""

    number: int
    basis: Basis
    since: datetime
    until: datetime | None
    statements: Sequence[ConsentStatement]
    """English, then French."""

    @property
    def asked(self) -> str:
        """Return how strong an agreement to it is."""
        return ASKED[self.basis]


def versions(session: Session, clinic: str) -> dict[Purpose, list[WordingVersion]]:
    """Return every version by purpose, the newest first; a purpose that was never asked for is left
    out.
    """
    found: dict[Purpose, list[WordingVersion]] = {}
    for (purpose, number), some in groupby(
        statements_of(session, clinic), key=lambda one: (one.purpose, one.version)
    ):
        statements = sorted(some, key=lambda one: LANGUAGES.index(one.language))
        newer = found.setdefault(purpose, [])
        until = newer[-1].since if newer else None
        newer.append(
            WordingVersion(
                number, statements[0].basis, statements[0].published_at, until, statements
            )
        )
    return {purpose: found[purpose] for purpose in Purpose if purpose in found}
