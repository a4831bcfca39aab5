"""One message as it goes out: headers, plain text and HTML. A line break in a value never becomes a
header.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import quote

from intake.config import Clinic
from intake.contacts import mailable, show_phone
from intake.languages import LOCALES
from intake.mail.rendering import render

WHOLE = {"list-unsubscribe", "message-id"}


class HeaderPolicy(EmailPolicy):
    """The policy of SMTP, with some headers whole: encoded, no mail program would find the button
    of List-Unsubscribe.
    """

    def fold(self, name: str, value: Any) -> str:
        """Return the header on lines of its own."""
        if name.lower() in WHOLE:
            return f"{name}: {str(value).replace(', ', f',{self.linesep} ')}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Fold a header as `fold` does, for what is sent."""
        return (
            self.fold(name, value).encode()
            if name.lower() in WHOLE
            else super().fold_binary(name, value)
        )


POLICY = HeaderPolicy(linesep="\r\n")


@dataclass(frozen=True)
class Letter:
    """What is to be said to whom. `id` stays the same for every attempt: a second copy is known by
    it.
    """

    name: str
    to: str
    language: str
    id: str
    values: Mapping[str, object]
    unsubscribe: str = ""
    """The page that ends everything by one POST (RFC 8058); "" where there is nothing to end."""
    reference: str = ""


@dataclass(frozen=True)
class ComposedEmail:
    """The message, and the digest of its wording."""

    message: EmailMessage
    template_sha256: str


def compose(letter: Letter, clinic: Clinic, *, now: datetime) -> ComposedEmail:
    """Put *letter* into a message from the clinic."""
    words = render(
        letter.name, letter.language, {**identification(clinic, letter.language), **letter.values}
    )
    clinics = Address(" ".join(clinic.display_name.split()), addr_spec=clinic.email)
    message = EmailMessage(policy=POLICY)
    message["From"] = clinics
    message["Reply-To"] = clinics
    message["To"] = _address(letter.to)
    message["Subject"] = words.subject
    message["Date"] = now.astimezone(clinic.time_zone)
    message["Message-ID"] = f"<{letter.name}.{letter.id}@{clinics.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    if letter.unsubscribe:
        by_mail = f"mailto:{quote(clinic.email, safe='@')}?subject=unsubscribe%20{letter.reference}"
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>, <{by_mail}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Quoted-printable: lines stay short and in ASCII on servers of any age
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"part-{letter.id}")
    message["Content-Language"] = LOCALES[letter.language].replace("_", "-")
    return ComposedEmail(message, words.template_sha256)


def _address(email: str) -> Address:
    username, _, domain = mailable(email).rpartition("@")
    return Address(username=username, domain=domain)


def identification(clinic: Clinic, language: str) -> dict[str, object]:
    """Return who writes and how to reach them (SOR/2012-36 s. 2), and what every template needs."""
    return {
        "clinic": clinic,
        "language": language,
        "locale": LOCALES[language].replace("_", "-"),
        "reception": show_phone(clinic.phones.reception),
    }
