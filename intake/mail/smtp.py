"""The mail server: the only file that says smtplib. What it raises is ours, and never quotes an
address.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from intake.config import MailServer
from intake.mail.errors import EmailNeedsStaff, EmailRefused, MailError, NotNow, ServerAway

# seconds for each answer; a server that looks into every mail needs some (RFC 5321 s. 4.5.3.2)
PATIENCE = 60.0
FAREWELL = 2.0
PERMANENT = 500  # codes from here on mean never, those below for now (RFC 5321 s. 4.2.1)
CLOSING = 421
SIGN_IN_FIRST = 530  # RFC 4954 s. 6
DETAIL = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 2034
REFUSES_US = "refuses to talk to us; ask whoever runs it, or correct INTAKE_SMTP_URL"
REFUSALS: dict[type[smtplib.SMTPResponseException], str] = {
    smtplib.SMTPAuthenticationError: (
        "refused our sign-in; correct user and password in INTAKE_SMTP_URL"
    ),
    smtplib.SMTPSenderRefused: (
        "takes no mail from the clinic's email address; let its operator allow it"
    ),
}
KNOWN: Sequence[tuple[Callable[[Exception], bool], type[MailError], str]] = (
    (
        lambda error: isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error),
        EmailNeedsStaff,
        "{} offers no TLS; use smtps:// or another server in INTAKE_SMTP_URL.",
    ),
    (
        lambda error: isinstance(error, smtplib.SMTPNotSupportedError) and "AUTH" in str(error),
        EmailNeedsStaff,
        "{} knows no sign-in; correct the port in INTAKE_SMTP_URL.",
    ),
    (
        lambda error: isinstance(error, smtplib.SMTPNotSupportedError),
        EmailRefused,
        "{} knows no addresses with letters beyond ASCII (SMTPUTF8).",
    ),
    (
        lambda error: isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER",
        EmailNeedsStaff,
        "{} speaks no TLS from the start; use smtp:// or port 465 in INTAKE_SMTP_URL.",
    ),
    (
        lambda error: type(error) is smtplib.SMTPException,
        EmailNeedsStaff,
        "{} has no way of signing in that we know; ask whoever runs it.",
    ),
)
"""What some errors mean; the first that applies counts."""


@dataclass(frozen=True)
class SmtpServer:
    """Hands over one message a connection. `trust` decides whose certificates are believed."""

    server: MailServer
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    patience: float = PATIENCE

    def send(self, message: EmailMessage) -> None:
        """Return once the server has taken *message* on itself. Raises a `MailError` that names
        what to do.
        """
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        with self._signed_in() as smtp, self._explained():
            smtp.send_message(message, sender, [recipient])

    def greet(self) -> str:
        """Sign in and leave; a sentence for people. Raises as `send` does."""
        with self._signed_in() as smtp:
            how = "over TLS" if isinstance(smtp.sock, ssl.SSLSocket) else "without TLS"
        return f"{self._name} answers {how}{' and takes our sign-in' if self.server.user else ''}"

    @property
    def _name(self) -> str:
        return f"{self.server.host}:{self.server.port}"

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        with self._explained():
            smtp = self._connected()
        try:
            with self._explained():
                self._protect(smtp)
                if self.server.user:
                    smtp.login(self.server.user, self.server.password)
            yield smtp
        finally:
            # Whatever happens while we leave does not undo what was taken
            with suppress(OSError, smtplib.SMTPException):
                if smtp.sock:
                    smtp.sock.settimeout(FAREWELL)
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.tls == "wrapped":
            return smtplib.SMTP_SSL(host, port, timeout=self.patience, context=self.trust)
        return smtplib.SMTP(host, port, timeout=self.patience)

    def _protect(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.server.tls == "required":
            smtp.starttls(context=self.trust)
        elif self.server.tls == "offered" and smtp.has_extn("starttls"):
            smtp.starttls(context=_anybody())

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            raise self._ours(error) from error

    def _ours(self, error: Exception) -> MailError:
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return self._about_recipient(*next(iter(error.recipients.values())))
        if isinstance(error, smtplib.SMTPDataError):
            return self._about_mail(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPResponseException):
            return self._about_us(error)
        for applies, kind, sentence in KNOWN:
            if applies(error):
                return kind(sentence.format(self._name))
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"cannot be trusted ({error.verify_message})"
            return EmailNeedsStaff(
                f"The certificate of {self._name} {why}; correct the host in INTAKE_SMTP_URL."
            )
        return ServerAway(f"{self._name} cannot be reached ({type(error).__name__}); we try again.")

    def _about_us(self, error: smtplib.SMTPResponseException) -> MailError:
        code = _code(error.smtp_code, error.smtp_error)
        if error.smtp_code < PERMANENT:
            return ServerAway(f"{self._name} takes no mail for now ({code}); we try again.")
        if error.smtp_code == SIGN_IN_FIRST:
            return EmailNeedsStaff(
                f"{self._name} wants a sign-in; give user and password in INTAKE_SMTP_URL ({code})."
            )
        return EmailNeedsStaff(f"{self._name} {REFUSALS.get(type(error), REFUSES_US)} ({code}).")

    def _about_recipient(self, code: int, said: bytes) -> MailError:
        if code >= PERMANENT and b"5.7." in said[:8]:
            # A policy, such as no relaying without a sign-in: somebody can mend it, so nothing is
            # given up yet
            return NotNow(
                f"{self._name} does not let us write there ({_code(code, said)}); check "
                "INTAKE_SMTP_URL."
            )
        return self._about_mail(code, said)

    def _about_mail(self, code: int, said: bytes | str) -> MailError:
        if code == CLOSING:
            return ServerAway(f"{self._name} is closing ({_code(code, said)}); we try again.")
        if code < PERMANENT:
            return NotNow(
                f"{self._name} does not take it for now ({_code(code, said)}); we try again."
            )
        return EmailRefused(f"{self._name} refused it for good ({_code(code, said)}).")


def _code(code: int, said: bytes | str) -> str:
    """Return the codes alone: the words after them may quote an address."""
    detail = DETAIL.match(said if isinstance(said, bytes) else said.encode())
    return f"{code} {detail[1].decode()}" if detail else str(code)


def _anybody() -> ssl.SSLContext:
    """Believes any certificate: a server on this very computer has seldom one that others vouch
    for.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
