"""The folder of a sandbox: what is in it, and how its files are written."""

import json
import os
import tempfile
from pathlib import Path

SPREADSHEET_ID = "sandbox-callback-queue"
KEY_FILE = "service-account.json"
WORKBOOK_FILE = "workbook.json"


def read_key(data: Path) -> dict[str, str]:
    """Return the key file's contents."""
    key: dict[str, str] = json.loads((data / KEY_FILE).read_text())
    return key


def replace_file(path: Path, text: str) -> None:
    """Write *path* for its owner alone; whoever reads it sees the old text or the new one, after a
    crash as well.
    """
    # Made with mode 0600
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
