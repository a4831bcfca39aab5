"""Which lines of the access log are copied outside of the database (`ledger.kept_acts`): what
somebody asked of us.
"""

from collections.abc import Collection

from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import AccessLogEntry, Act, Lead

KINDS = {
    Act.RESTRICTED: KeptActKind.RESTRICTED,
    Act.RELEASED: KeptActKind.RELEASED,
    Act.CORRECTED: KeptActKind.CORRECTED,
}
ACCOUNT = "account "
"""How the words of a line about an account begin; its number follows, and what was changed."""


def kept_acts(entry: AccessLogEntry, leads: Collection[Lead]) -> list[KeptAct]:
    """Return what is to be copied of *entry*, which was to *leads*. Erasures are copied from their
    consent event.
    """
    kind = KINDS.get(entry.act)
    if kind:
        return [_kept(entry, kind, lead.ref, lead.email_hash or "") for lead in leads]
    is_account = entry.act is Act.CHANGED and entry.what.startswith(ACCOUNT)
    return [_kept(entry, KeptActKind.ACCOUNT)] if is_account else []


def _kept(entry: AccessLogEntry, kind: KeptActKind, ref: str = "", address: str = "") -> KeptAct:
    return KeptAct(entry.uid, kind, entry.clinic, entry.at, ref, address, detail=entry.what)
