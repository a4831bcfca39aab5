"""The words in which the clinic asks for consent, composed from the clinic file for one language.

They are proposals until `consent.statements.publish` puts them into the database; the form shows published words only.
What must be said: SOR/2012-36 s. 4 (who asks, postal address, a contact, that consent can be withdrawn); the notice
on the risks of email is the privacy commissioner's advice for care content (IPC Ontario).
"""

from dataclasses import dataclass
from hashlib import sha256

from intake.config import Clinic
from intake.contacts import show_phone
from intake.languages import mark as _
from intake.languages import translator
from intake.models import Purpose

BOXES = {
    Purpose.REMINDERS: (
        _("Email me appointment reminders"),
        _("Dates, times and changes of appointments that I book"),
    ),
    Purpose.CARE: (
        _("Email me exercise plans and plans of care"),
        _("Ordinary email can be read by others on its way, so tick this only if you are comfortable with that"),
    ),
    Purpose.NEWS: (
        _("Email me news of the clinic’s other services"),
        _("Such as new treatments, classes and offers, a few times a year"),
    ),
}
WHO_ASKS = _(
    "%(senders)s asks for your consent. Address: %(address)s. Phone: %(phone)s. Email: %(email)s. Web: %(web)s."
)
FOR_ANOTHER = _("%(name)s, on behalf of %(other)s")
PROMISE = _(
    "Your email address is never sold. You can withdraw your consent at any time: use the unsubscribe link in any "
    "message, or call or write to us. It does not affect your request for a call or your care."
)


@dataclass(frozen=True)
class Words:
    """One request for consent in one language: the words beside the box, its hint, and the notice above the boxes."""

    box: str
    hint: str
    notice: str

    @property
    def sha256(self) -> str:
        """The hex digest that a consent event names: of all three, in this order, a blank line between them."""
        return sha256("\n\n".join((self.box, self.hint, self.notice)).encode()).hexdigest()


def compose(clinic: Clinic, purpose: Purpose, language: str) -> Words:
    """The words for *purpose* as the clinic file and our catalogue give them today."""
    say = translator(language)
    box, hint = BOXES[purpose]
    who = say(WHO_ASKS) % {
        "senders": "; ".join(_sender(say(FOR_ANOTHER), s.name, s.on_behalf_of) for s in clinic.senders),
        "address": clinic.address.line,
        "phone": show_phone(clinic.phones.reception),
        "email": clinic.email,
        "web": clinic.web,
    }
    return Words(say(box), say(hint), f"{who}\n{say(PROMISE)}")


def _sender(for_another: str, name: str, other: str | None) -> str:
    return for_another % {"name": name, "other": other} if other else name
