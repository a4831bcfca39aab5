"""The folder and the key with which an application is let into the sandbox."""

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from intake.demo.sandbox.folder import (
    KEY_FILE,
    SPREADSHEET_ID,
    WORKBOOK_FILE,
    read_key,
    replace_file,
)
from intake.demo.sandbox.workbook import blank

ACCOUNT = "front-desk@sandbox.invalid"


@dataclass(frozen=True)
class SandboxAccess:
    """What the application is told: the key file, the spreadsheet's id; and where people look at
    it.
    """

    credentials: Path
    spreadsheet_id: str
    address: str


def prepare(data: Path, port: int) -> SandboxAccess:
    """Make key and workbook of a sandbox that will listen on *port* of this computer; what exists
    stays.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    address, path, workbook = f"http://127.0.0.1:{port}", data / KEY_FILE, data / WORKBOOK_FILE
    before = read_key(data) if path.exists() else {}
    key = {
        "type": "service_account",
        "project_id": "sandbox",
        "private_key_id": "sandbox-key",
        "private_key": before.get("private_key") or _new_private_key(),
        "client_email": ACCOUNT,
        "client_id": "1",
        "token_uri": f"{address}/token",
        "sheets_endpoint": address,
    }
    if key != before:
        replace_file(path, json.dumps(key, indent=2))
    if not workbook.exists():
        replace_file(workbook, json.dumps(blank()))
    return SandboxAccess(path, SPREADSHEET_ID, address)


def _new_private_key() -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
