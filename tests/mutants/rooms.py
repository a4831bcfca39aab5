"""The rules that are sampled, and the tests that have to notice a change in them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """Files of `intake/`, and files of `tests/`, the quickest first."""

    name: str
    rules: Sequence[str]
    tests: Sequence[str]
    is_pure: bool = False
    """Without a database: its tests on SQLite are enough."""


ROOMS = (
    Room("hours", ["hours.py"], ["test_hours.py"], is_pure=True),
    Room(
        "contacts",
        ["contacts/*.py"],
        [
            "test_phone.py",
            "test_mailbox.py",
            "test_name.py",
            "test_networks.py",
            "test_contacts.py",
            "consent/test_mailboxes.py",
            "consent/test_address_key.py",
        ],
        is_pure=True,
    ),
    Room(
        "fold",
        ["consent/fold.py", "consent/person_consent.py"],
        ["consent/test_fold.py", "consent/test_person_consent.py", "consent/test_withdraw.py"],
    ),
    Room(
        "may_send",
        ["consent/may_send.py", "consent/facts.py"],
        ["consent/test_may_send.py", "consent/test_facts.py"],
    ),
    Room(
        "press",
        [
            "consent/record.py",
            "consent/suppression.py",
            "consent/withdraw.py",
            "consent/undo.py",
            "consent/verification.py",
            "consent/change_address.py",
        ],
        [
            "consent/test_withdraw.py",
            "consent/test_mailboxes.py",
            "privacy/test_correct.py",
            "consent/test_pages.py",
            "restore/test_keeping.py",
            "privacy/test_erase.py",
        ],
    ),
    Room(
        "stamp", ["callback/stamp.py"], ["callback/test_stamp.py", "callback/test_consent_block.py"]
    ),
    Room(
        "submit",
        [
            "callback/submit.py",
            "callback/draft.py",
            "callback/store.py",
            "callback/history.py",
            "group_commit.py",
        ],
        [
            "callback/test_submit.py",
            "callback/test_together.py",
            "callback/test_history.py",
            "test_group_commit.py",
            "house/test_statements.py",
            "callback/test_abuse.py",
            "callback/test_form.py",
        ],
    ),
    Room("abuse", ["callback/abuse.py", "limits.py"], ["test_limits.py", "callback/test_abuse.py"]),
    Room("outbox", ["outbox.py"], ["test_outbox.py"]),
    Room("lease", ["lease.py"], ["test_lease.py"]),
    Room(
        "statuses",
        ["sheet/queue/statuses.py"],
        ["sheet/test_statuses.py", "sheet/test_readback.py"],
    ),
    Room(
        "comparison",
        ["sheet/sync/comparison.py", "sheet/sync/record_changes.py"],
        ["sheet/test_comparison.py", "sheet/test_readback.py", "sheet/test_restore.py"],
    ),
    Room(
        "identity",
        ["sheet/queue/identity.py"],
        ["sheet/test_identity.py", "sheet/test_readback.py"],
    ),
    Room("drift", ["sheet/sync/drift.py"], ["sheet/test_readback.py", "sheet/test_promise.py"]),
    Room(
        "removal",
        ["sheet/sync/remove.py", "sheet/sync/clear_rows.py"],
        ["sheet/test_remove.py", "sheet/test_erasure.py"],
    ),
    Room(
        "ledger",
        [
            "ledger/canonical.py",
            "ledger/merkle.py",
            "ledger/note.py",
            "ledger/proofs.py",
            "ledger/seal.py",
            "ledger/sealed.py",
            "ledger/audit.py",
            "ledger/keys.py",
            "ledger/signing.py",
        ],
        ["ledger"],
    ),
    Room("throttle", ["staff/throttle.py"], ["staff/test_throttle.py"]),
    Room("guard", ["staff/guard.py"], ["staff/test_guard.py", "staff/test_roles.py"]),
    Room(
        "erasure",
        ["privacy/erase.py", "privacy/scrub*.py"],
        ["privacy/test_erase.py", "privacy/test_scrub.py"],
    ),
    Room(
        "retention",
        ["privacy/retention.py", "privacy/retention_rules.py"],
        ["privacy/test_retention.py"],
    ),
)
