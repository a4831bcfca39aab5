"""Nothing is given out of a log that is not the signed one: what is asked before a pack is
written.
"""

import json
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.evidence_records import Sealed
from intake.consent.record import KIND
from intake.consent.recorded import number_of_answers
from intake.ledger import commitment_under, leaf_hash
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.note import MalformedNote, NotSigned, open_checkpoint
from intake.ledger.sealed import SealedLeaves, SealedLog
from intake.ledger.signing import VerifierKey
from intake.models import ConsentEvent, LedgerEntry, StoredCheckpoint

REFUSED = "Nothing is given out; run “intake consent verify”."
MISSING = f"There are more records of consent events than events. {REFUSED}"


class NothingSealed(Exception):
    """Nothing can be shown: none of the entries is sealed, or the log is not the signed one; says
    what to do.
    """


def require_signed(
    session: Session,
    log: SealedLog,
    head: StoredCheckpoint,
    keys: Sequence[VerifierKey],
    found: Sequence[Sealed],
) -> None:
    """Refuse a log that is not the signed one, and records that are not all there or open to
    others.

    Raises `NothingSealed`.
    """
    try:
        signed = open_checkpoint(head.note, keys)
    except (MalformedNote, NotSigned) as problem:
        raise NothingSealed(
            f"The newest checkpoint is not to be believed: {problem}. {REFUSED}"
        ) from None
    leaves = list(SealedLeaves(log, head.size))
    if len(leaves) != signed.size or IncrementalTree().extended(leaves).root != signed.root:
        raise NothingSealed(
            f"The {head.size} entries of the log are not those that were signed. {REFUSED}"
        )
    for one in found:
        if leaf_hash(one.canonical) != leaves[one.position]:
            raise NothingSealed(
                f"The entry at position {one.position} has other bytes than were signed. {REFUSED}"
            )
        _require_opened(one)
        if one.events and len(one.events) != number_of_answers(one.canonical):
            raise NothingSealed(MISSING)
    recorded = session.scalar(select(func.count()).where(LedgerEntry.kind == KIND))
    alone = (
        select(func.count())
        .select_from(ConsentEvent)
        .join(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
    )
    if recorded != session.scalar(alone.where(LedgerEntry.kind == KIND)):
        raise NothingSealed(MISSING)


def _require_opened(one: Sealed) -> None:
    bound = json.loads(one.canonical).get("person") or {}
    for field, opening in one.openings.items():
        if bound.get(field) != commitment_under(opening.salt, opening.value):
            raise NothingSealed(
                f"What the person told us (the field “{field}”) is not what was recorded at "
                f"position {one.position}. {REFUSED}"
            )
