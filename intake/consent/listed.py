"""Which row of the suppression list counts for an address, when a former release knew the address
by another hash.

A row of the present release outweighs one of a former release: it was made by exactly this mailbox.
A former row may be of any mailbox that full case folding made the same. It counts for all of them
that have no row of their own, because its owner may have been erased since, and nobody who withdrew
may be mailed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from intake.models import Channel, Lead, Purpose, Suppression

Key = tuple[str, Channel, Purpose]

_own = aliased(Suppression)
COUNTS = or_(
    ~Suppression.is_former,
    ~exists()
    .where(
        _own.clinic == Suppression.clinic,
        _own.address_hash == Suppression.address_hash,
        _own.channel == Suppression.channel,
        _own.purpose == Suppression.purpose,
        ~_own.is_former,
    )
    .correlate(Suppression),
)
"""A condition on a row: the mailbox whose present hash it bears has no row that outweighs it."""


@dataclass(frozen=True)
class Listed:
    """A clinic's suppression list, in memory."""

    own: dict[Key, bool] = field(default_factory=dict)
    """Rows of the present release, and whether they stand."""
    former: set[Key] = field(default_factory=set)
    """Rows of former releases that stand."""

    def covers(
        self, present: str, former: str | None, purpose: Purpose, channel: Channel = Channel.EMAIL
    ) -> bool:
        """Return whether the address with these hashes must not be mailed for *purpose*; *former*
        is None where it is none.
        """
        stands = self.own.get((present, channel, purpose))
        return (former or present, channel, purpose) in self.former if stands is None else stands


def listed(session: Session, clinic: str) -> Listed:
    """Return the suppression list of *clinic*."""
    found = Listed()
    for row in session.scalars(select(Suppression).where(Suppression.clinic == clinic)):
        key = row.address_hash, row.channel, row.purpose
        if not row.is_former:
            found.own[key] = row.lifted_at is None
        elif row.lifted_at is None:
            found.former.add(key)
    return found


def of_lead(lead: Lead) -> ColumnElement[bool]:
    """Return every row that could count for the address of *lead*."""
    present, former = lead.email_hash, lead.email_hash_former or lead.email_hash
    own = and_(~Suppression.is_former, Suppression.address_hash == present)
    before = and_(Suppression.is_former, Suppression.address_hash == former)
    # Named once more by themselves, because an index finds them so: it does not look into the two
    # cases
    either = Suppression.address_hash.in_({present, former})
    return and_(Suppression.clinic == lead.clinic, either, or_(own, before))


def counting(rows: Iterable[Suppression]) -> dict[Purpose, Suppression]:
    """Return the one of an address's *rows* that counts for each purpose."""
    return {row.purpose: row for row in sorted(rows, key=lambda row: not row.is_former)}
