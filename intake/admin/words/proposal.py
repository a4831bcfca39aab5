"""What the clinic file says now, held against what is published.

The clinic file is the one that this process read when it started. A change of the file is seen
after a restart, and until then an older file would be published again by whoever does not look:
what was published before is said to be so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.comparison import Paragraph, compared
from intake.consent.publishing import Change, changes, digest_of, is_published
from intake.consent.requirements import Unpublishable
from intake.consent.statements import statements_of
from intake.models import Purpose


@dataclass(frozen=True)
class Proposal:
    """What publishing would change."""

    changes: Sequence[Change]
    missing: Sequence[str] = ()
    """What must be said and is not, a sentence each; then nothing can be published."""
    is_look_only: bool = False
    """The words are published; how the form of this release shows them is not stored yet."""
    is_former: bool = False
    """All of it was published before, and replaced since."""

    @property
    def is_publishable(self) -> bool:
        """Whether there is something to publish that may be."""
        return bool(self.changes) or self.is_look_only

    @property
    def digest(self) -> str:
        """Return what it is known by."""
        return digest_of(self.changes)

    @property
    def by_purpose(
        self,
    ) -> list[tuple[Purpose, list[tuple[Change, Mapping[str, list[Paragraph]]]]]]:
        """Return, for each purpose that changes, the change in each language, and the wording
        compared, part by part.
        """
        together = groupby(self.changes, key=lambda one: one.purpose)
        return [
            (purpose, [(change, compared(change)) for change in some]) for purpose, some in together
        ]


def proposal(session: Session, clinic: Clinic) -> Proposal:
    """Hold the clinic file against what is published."""
    try:
        found = changes(session, clinic)
    except Unpublishable as error:
        return Proposal((), missing=error.sentences)
    former = {
        (one.purpose, one.language, one.basis, one.sha256)
        for one in statements_of(session, clinic.key)
    }
    said = {(one.purpose, one.language, one.basis, one.words.sha256) for one in found}
    return Proposal(
        found,
        is_look_only=not found and not is_published(session, clinic),
        is_former=bool(found) and said <= former,
    )
