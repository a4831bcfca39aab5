"""What Google gives for the sheet: the service account's key file, and the spreadsheet's id."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intake.config.errors import ConfigError
from intake.config.reading import read_prepared

NAME = "INTAKE_GOOGLE_CREDENTIALS"
HOW = (
    "in Google Cloud, under IAM & Admin › Service Accounts › Keys, add a key of type JSON and "
    "give the path of its file"
)
OTHERS = {
    "installed": "holds the credentials of an OAuth client",
    "web": "holds the credentials of an OAuth client",
    "authorized_user": "holds somebody’s own sign-in, as gcloud keeps it",
    "external_account": "describes an account of another provider",
    "api_key": "holds an API key",
}
"""Other JSON files of Google's, by their type or by their only entry."""
NEEDED = ("client_email", "private_key", "token_uri")
ID = re.compile(r"[A-Za-z0-9_-]+")
IN_ADDRESS = re.compile(r"/d/(?!e/)([A-Za-z0-9_-]+)")
EXPECTED_ID = (
    "expected the spreadsheet’s address as the browser shows it, or its id: the part between /d/ "
    "and /edit of that address"
)
PUBLISHED = (
    "is the address of a published copy, which nobody can write into; open the "
    "spreadsheet itself and take its"
)


def read_service_key(path: Path) -> dict[str, Any]:
    """Return the key of a service account in the file at *path*. Raises `ConfigError` that says
    which other file it is.
    """
    try:
        key = json.loads(read_prepared(path, NAME, "the service account’s key"))
    except ValueError:
        raise ConfigError(
            f"{NAME}: {path} is no JSON, and so no service account key; {HOW}"
        ) from None
    if not isinstance(key, dict):
        raise ConfigError(f"{NAME}: {path} is no service account key; {HOW}")
    if key.get("type") != "service_account":
        kind = str(key.get("type") or next((name for name in OTHERS if name in key), ""))
        said = f"{OTHERS[kind]} and" if kind in OTHERS else ""
        raise ConfigError(
            f"{NAME}: {path} {said} is no service account key; {HOW}".replace("  ", " ")
        )
    missing = [name for name in NEEDED if not isinstance(key.get(name), str)]
    if missing:
        raise ConfigError(
            f"{NAME}: {path} lacks {', '.join(missing)} and is no service account key; {HOW}"
        )
    return key


def read_spreadsheet_id(given: str) -> str:
    """Return the id in *given*, which may be the whole address of the spreadsheet. Raises
    `ValueError`.
    """
    given = given.strip()
    if ID.fullmatch(given):
        return given
    parts = urlsplit(given)
    if (parts.hostname or "").endswith(".google.com"):
        if "/d/e/" in parts.path:
            raise ValueError(PUBLISHED)
        found = IN_ADDRESS.search(parts.path)
        named = found[1] if found else parse_qs(parts.query).get("id", [""])[0]
        if ID.fullmatch(named):
            return named
    raise ValueError(EXPECTED_ID)
