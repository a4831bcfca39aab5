"""Where mail goes (INTAKE_SMTP_URL)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from intake.config.public_url import is_this_computer

EXPECTED = (
    "expected smtp://user:password@host:587, smtps://user:password@host:465 or file:///folder; "
    "special characters of user and password are written as %XX"
)
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail by SMTP.

    `tls`: "wrapped" from the first byte; STARTTLS "required"; or "offered": taken when offered, for
    this computer only.
    """

    host: str
    port: int
    tls: Literal["wrapped", "required", "offered"]
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailFolder:
    """A folder that mails are put into, for somebody to look at: demonstrations."""

    path: Path


def read_mail_url(url: str) -> MailServer | MailFolder:
    """Return the place that *url* names. Raises `ValueError` with what is expected; never quotes
    the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if parts.query or parts.fragment:
        raise ValueError(EXPECTED)
    if parts.scheme == "file":
        return _folder(parts)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError(EXPECTED)
    if bool(parts.username) != bool(parts.password):
        raise ValueError("user and password belong together; give both or neither")
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls="wrapped"
        if parts.scheme == "smtps"
        else "offered"
        if is_this_computer(parts.hostname)
        else "required",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _folder(parts: SplitResult) -> MailFolder:
    path = Path(unquote(parts.path))
    if parts.netloc or not path.is_absolute() or path == Path("/"):
        raise ValueError(
            "expected the whole path of a folder after file://, like file:///var/lib/intake/mail"
        )
    return MailFolder(path)
