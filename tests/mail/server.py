"""A real mail server that keeps what it takes, and refuses as it is told."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intake.config import MailServer
from tests.journeys.conftest import free_port
from tests.waiting import RAN_TOO_LONG

USER, PASSWORD = "intake", "p@ss word"


@dataclass
class Taken:
    """One mail, as it lay on the wire."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Parsed, as a mail program has it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        """The plain part."""
        return str(self.message.get_body(("plain",)).get_content())

    @property
    def html(self) -> str:
        """The HTML part."""
        return str(self.message.get_body(("html",)).get_content())


@dataclass
class MailHost:
    """What aiosmtpd asks. `answers` holds a refusal for a command; `gate`, when set, keeps every
    mail waiting.
    """

    port: int
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    gate: "asyncio.Event | None" = None
    waiting: threading.Event = field(default_factory=threading.Event)
    """A mail waits at the gate."""
    tls: list[bool] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def server(self) -> MailServer:
        """How the house reaches it."""
        return MailServer("127.0.0.1", self.port, "offered")

    def open_gate(self) -> None:
        """Let the mails that wait in."""
        if self.gate is not None and self.loop is not None:
            self.loop.call_soon_threadsafe(self.gate.set)

    async def handle_MAIL(self, _: Any, __: Any, envelope: Envelope, address: str, ___: Any) -> str:  # noqa: N802
        """The sender is named."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _: Any, __: Any, envelope: Envelope, address: str, ___: Any) -> str:  # noqa: N802
        """A recipient is named."""
        refused = self.answers.get(f"RCPT {address}") or self.answers.get("RCPT")
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        """The mail itself."""
        if self.gate is not None:
            self.waiting.set()
            await self.gate.wait()
        if "DATA" in self.answers:
            if self.answers["DATA"] == "hang up":
                server.transport.abort()
            return self.answers["DATA"]
        self.tls.append(session.ssl is not None)
        self.taken.append(
            Taken(
                str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content)
            )
        )
        return "250 2.0.0 OK"

    async def handle_QUIT(self, server: Any, *_: Any) -> str:  # noqa: N802
        """The farewell."""
        if self.answers.get("QUIT") == "hang up":
            server.transport.abort()
        return "221 Bye"


def signs_in(_: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
    """Whoever knows the password."""
    return AuthResult(
        success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False
    )


@contextmanager
def mail_host(port: int | None = None, **options: Any) -> Iterator[MailHost]:
    """A server that listens for the time of a test; *options* are aiosmtpd's."""
    host = MailHost(port or free_port())
    controller = Controller(
        host, hostname="127.0.0.1", port=host.port, ready_timeout=RAN_TOO_LONG, **options
    )
    controller.start()
    host.loop = controller.loop
    try:
        yield host
    finally:
        host.open_gate()
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A self-made certificate for this computer: the server's context, and that of somebody who
    believes it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "both.pem")
    client = ssl.create_default_context(
        cadata=made.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, client
