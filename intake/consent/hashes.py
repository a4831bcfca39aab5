"""The two hashes by which a request's address is known: that of its mailbox, and the one of former
releases.

A suppression outlives the person's data, so it cannot be hashed anew. Where the former hash of an
address is another one, it is kept beside the present one, and suppressions of former releases are
found by it (`consent.suppression`).
"""

from intake.contacts import address_hash, former_address_hash
from intake.models import Lead


def hashes_of(address_key: bytes, email: str | None) -> tuple[str | None, str | None]:
    """Return the hash of the mailbox, and the former one where that is another."""
    if not email:
        return None, None
    present, former = address_hash(address_key, email), former_address_hash(address_key, email)
    return present, former if former != present else None


def note_hashes(lead: Lead, address_key: bytes) -> bool:
    """Hash the address that *lead* has now; says whether that changed anything."""
    known = lead.email_hash, lead.email_hash_former
    lead.email_hash, lead.email_hash_former = hashes_of(address_key, lead.email)
    return known != (lead.email_hash, lead.email_hash_former)
