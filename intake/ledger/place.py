"""Where the log's key lies, and what the log is called."""

from pathlib import Path

from intake.config import Clinic, Settings

KEPT_HEAD = "kept_head.json"
"""The file in the folder that holds the last signed head (`kept_head`)."""


def ledger_folder(settings: Settings) -> Path:
    """Return where the key that signs the consent log lies: beside the database, not in it."""
    return settings.instance.absolute() / "ledger"


def ledger_origin(clinic: Clinic) -> str:
    """Return the name of the clinic's consent log, which never changes (as the clinic's key in the
    file never does).
    """
    return f"consult-intake/{clinic.key}"
