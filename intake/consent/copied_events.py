"""Which consent events are copied outside of the database, and what the copy says of them
(`ledger.kept_acts`).
"""

from datetime import datetime
from uuid import uuid4

from intake.ledger import stamp
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import ConsentEvent, Decision, Lead, Purpose

KINDS = {
    Decision.WITHDRAWN: KeptActKind.WITHDRAWN,
    Decision.INVALIDATED: KeptActKind.INVALIDATED,
    Decision.ERASED: KeptActKind.ERASED,
}
"""What takes an agreement, or the person, away. Agreeing again is copied where it lifts something
(`suppression`).
"""


def kept_act(event: ConsentEvent, lead: Lead) -> KeptAct | None:
    """Return what is to be copied of *event*; None for what forbids nothing. To be asked before
    *lead* is emptied.
    """
    kind = KINDS.get(event.decision)
    if kind is None:
        return None
    return KeptAct(
        uid=event.uid,
        kind=kind,
        clinic=lead.clinic,
        at=event.recorded_at,
        ref=lead.ref,
        address=lead.email_hash or "",
        purposes=(event.purpose,) if event.purpose else (),
        detail=event.source if kind is KeptActKind.ERASED else event.control,
    )


def agreed_again(lead: Lead, purpose: Purpose, *, now: datetime) -> KeptAct:
    """Return what is to be copied when *lead*'s person agrees again and their address has to be
    confirmed yet.
    """
    ref, address = lead.ref, lead.email_hash or ""
    return KeptAct(
        str(uuid4()), KeptActKind.AGREED_AGAIN, lead.clinic, now, ref, address, purposes=(purpose,)
    )


def lifted(clinic: str, address: str, purpose: Purpose, *, at: datetime) -> KeptAct:
    """Return what is to be copied when *address* (its hash) leaves the suppression list; the same
    act has the same id.
    """
    uid = f"lifted {purpose} {address[:16]} {stamp(at)}"
    return KeptAct(uid, KeptActKind.LIFTED, clinic, at, address=address, purposes=(purpose,))
