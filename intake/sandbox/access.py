"""The folder of a sandbox and the service-account key that leads to it."""

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SPREADSHEET_ID = "sandbox-callback-queue"
ACCOUNT = "front-desk@sandbox.invalid"
KEY_FILE = "service-account.json"


@dataclass(frozen=True)
class Access:
    """What the application is told: the key file, the spreadsheet's id; and where people look at it."""

    credentials: Path
    spreadsheet_id: str
    address: str


def prepare(data: Path, port: int) -> Access:
    """Make the folder and the key of a sandbox that will listen on *port* of this computer; a key that exists stays."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    address, path = f"http://127.0.0.1:{port}", data / KEY_FILE
    private_key = read_key(data)["private_key"] if path.exists() else _new_private_key()
    key = {
        "type": "service_account",
        "project_id": "sandbox",
        "private_key_id": "sandbox-key",
        "private_key": private_key,
        "client_email": ACCOUNT,
        "client_id": "1",
        "token_uri": f"{address}/token",
        "sheets_endpoint": address,
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(key, indent=2))
    return Access(path, SPREADSHEET_ID, address)


def read_key(data: Path) -> dict[str, str]:
    """The key file's contents."""
    key: dict[str, str] = json.loads((data / KEY_FILE).read_text())
    return key


def _new_private_key() -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
