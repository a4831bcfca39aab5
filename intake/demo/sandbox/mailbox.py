"""The folder that stands in for a mail server: what is in it, each mail taken apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from markupsafe import Markup, escape

LONG_AGO = datetime.min.replace(tzinfo=UTC)
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
BRACKETED = re.compile(r"<([^<>]+)>")
SHOWN = (
    "From",
    "Reply-To",
    "To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "List-Unsubscribe-Post",
)


@dataclass(frozen=True)
class Mail:
    """One file of the folder."""

    name: str
    message: EmailMessage
    is_copy: bool = False
    """Whether an older file holds the same mail: mail goes out at least once, and now and then
    twice.
    """

    @property
    def subject(self) -> str:
        """Decoded, as a mail program shows it."""
        return str(self.message["Subject"] or "(no subject)")

    @property
    def to(self) -> str:
        """Return whom it is for."""
        return str(self.message["To"] or "nobody")

    @property
    def date(self) -> datetime:
        """Return when it was written, as it says itself."""
        found = getattr(self.message["Date"], "datetime", None)
        return found if found and found.tzinfo else LONG_AGO

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return those that a reader may want to see."""
        return [(name, str(self.message[name])) for name in SHOWN if self.message[name]]

    @property
    def unsubscribe(self) -> list[str]:
        """The addresses of List-Unsubscribe (RFC 2369)."""
        found = BRACKETED.findall(str(self.message["List-Unsubscribe"] or ""))
        return [
            address for address in found if address.startswith(("https://", "http://", "mailto:"))
        ]

    @property
    def one_click(self) -> str | None:
        """Return the address to which a mail program's one-click button posts (RFC 8058)."""
        offers = str(self.message["List-Unsubscribe-Post"] or "") == "List-Unsubscribe=One-Click"
        return next((one for one in self.unsubscribe if offers and one.startswith("http")), None)

    def part(self, kind: str) -> str:
        """Return the "plain" or the "html" part."""
        found = self.message.get_body((kind,))
        return str(found.get_content()) if found else ""


def mails(folder: Path) -> list[Mail]:
    """Return all of them, the newest first; a second copy is told by its Message-ID (RFC 5322 s.
    3.6.4).
    """
    found, known = list[Mail](), set[str]()
    for mail in sorted(_mails(folder), key=lambda mail: (mail.date, mail.name)):
        message_id = str(mail.message["Message-ID"] or mail.name)
        found.append(replace(mail, is_copy=message_id in known))
        known.add(message_id)
    return found[::-1]


def _mails(folder: Path) -> Iterator[Mail]:
    for path in folder.glob("[!.]*.eml"):
        try:
            yield Mail(path.name, message_from_bytes(path.read_bytes(), policy=policy.default))
        except OSError:
            continue  # it was removed meanwhile


def with_links(text: str) -> Markup:
    """Return the text, escaped, its web addresses as links that open elsewhere."""
    pieces, end = [], 0
    for found in ADDRESS.finditer(text):
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(
            found[0]
        )
        pieces += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
