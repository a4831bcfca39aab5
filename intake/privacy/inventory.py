"""What each table holds of a person: under which name the person export gives it, and what an
erasure does to it.

A table that is not here, or a column of the lead that is in neither list, fails a test: nothing
personal can be added and forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class InventoryItem:
    """One table. `exported`: the part of the export, or "" with the reason why nothing of it is
    given.
    """

    exported: str
    erasure: str
    """What becomes of it, or why it stays."""


INVENTORY: Mapping[str, InventoryItem] = {
    "lead": InventoryItem("request", "emptied; reference, times and clinic stay"),
    "consent_event": InventoryItem(
        "consent", "stays: evidence under the reference; nothing in it says who it was"
    ),
    "consent_opening": InventoryItem(
        "consent", "deleted: with the salt gone, the log’s commitments open no more"
    ),
    "suppression": InventoryItem(
        "not_to_be_mailed", "stays: a keyed hash, so that the person is not mailed again"
    ),
    "outbox_entry": InventoryItem(
        "outbox",
        "mail that waits is ended, notes on problems are emptied; it holds references only",
    ),
    "mail_sent": InventoryItem(
        "mail", "stays: which message went out and on which ground, without an address"
    ),
    "queue_row": InventoryItem(
        "front_desk", "what staff wrote is emptied; status and times stay for the figures"
    ),
    "call_log": InventoryItem("calls", "what staff wrote is emptied; that they called stays"),
    "correction": InventoryItem("corrections", "deleted"),
    "access_log": InventoryItem(
        "access", "the reasons are emptied, since they may name the person; the rest stays"
    ),
    "access_subject": InventoryItem("access", "stays: which request it was"),
    "erasure": InventoryItem("erasure", "is the certificate"),
    # Nothing of the patient
    "ledger_entry": InventoryItem("", "stays: records hold commitments, not values"),
    "ledger_position": InventoryItem("", "stays: places in the tree"),
    "ledger_node": InventoryItem("", "stays: hashes of hashes"),
    "checkpoint": InventoryItem("", "stays: signatures over hashes"),
    "anchor": InventoryItem("", "stays: where checkpoints were kept"),
    "consent_statement": InventoryItem("", "stays: the clinic’s words"),
    "consent_rendering": InventoryItem("", "stays: the clinic’s words as they looked"),
    "batch": InventoryItem("", "stays: deliveries, by number"),
    "lease": InventoryItem("", "stays: which process works"),
    "sheet_health": InventoryItem("", "stays: how the sheet is doing, in our own words"),
    "installation_fact": InventoryItem("", "stays: facts about the installation"),
    "write_probe": InventoryItem("", "is always empty: readiness tries to write there"),
    "staff_member": InventoryItem("", "stays: accounts of staff, who are not patients"),
    "staff_passkey": InventoryItem("", "stays: accounts of staff"),
    "staff_session": InventoryItem("", "stays: accounts of staff; deleted by the retention rule"),
    "sign_in_attempt": InventoryItem("", "stays: keyed hashes; deleted by the retention rule"),
    "rate_counter": InventoryItem(
        "", "stays: keyed hashes and counts; deleted when the span of the limit is over"
    ),
    "retention_run": InventoryItem("", "stays: counts"),
    "breach": InventoryItem("", "stays: the law asks for it; the form says to name nobody in it"),
}

EMPTIED: Mapping[str, object] = {
    "name": "",
    "name_folded": "",
    "phone": "",
    "phone_extension": "",
    "phone_typed": "",
    "email": None,
    "email_hash": None,
    "email_hash_former": None,
    "consent_key": None,
    "consult_with": None,
    "consult_by": None,
    "best_time": None,
    "voicemail_ok": False,
    "services": [],
    "body_areas": [],
    "what_hurts": None,
    "salt": None,
}
"""Columns of the lead and what an erasure puts there."""
DRAWN_ANEW = frozenset({"token", "submission"})
"""They must be there and be unique: random bytes take their place, and the old addresses lead
nowhere.
"""
KEPT: Mapping[str, str] = {
    "id": "other tables refer to it",
    "clinic": "whose request it was",
    "ref": "the certificate and the log name it",
    "received_at": "for the figures",
    "call_by": "for the figures: was the promise kept",
    "form_language": "for the figures: two values",
    "call_language": "for the figures: two values",
    "bound_leaf": "a hash of commitments, which only the salt would open",
    "link_version": "a count",
    "restricted_at": "a time",
    "erased_at": "a time",
    "hold_reason": "our own word for why",
}
