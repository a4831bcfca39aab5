"""The words in which the clinic asks for consent, composed from the clinic file for one language.

They are proposals until `consent.statements.publish` puts them into the database; the form shows
published words only. What must be said: SOR/2012-36 s. 4 (who asks, postal address, a contact, that
consent can be withdrawn), which `consent.requirements` looks for; the notice on the risks of email
is the privacy commissioner's advice for care content (IPC Ontario).
"""

from dataclasses import dataclass
from hashlib import sha256

from intake.config import Clinic
from intake.contacts import show_phone
from intake.languages import Translate, translator
from intake.languages import mark as _
from intake.models import Basis, Purpose

BOXES = {
    Purpose.REMINDERS: (
        _("Email me appointment reminders"),
        _("Dates, times and changes of appointments that I book"),
    ),
    Purpose.CARE: (
        _("Email me exercise plans and plans of care"),
        _(
            "Ordinary email can be read by others on its way, so tick this only if you are "
            "comfortable with that"
        ),
    ),
    Purpose.NEWS: (
        _("Email me news of the clinic’s other services"),
        _("Such as new treatments, classes and offers, a few times a year"),
    ),
}
LISTED = {
    Purpose.REMINDERS: (
        _("Appointment reminders"),
        _("Dates, times and changes of appointments that you book"),
    ),
    Purpose.CARE: (
        _("Exercise plans and plans of care"),
        _("Ordinary email can be read by others on its way"),
    ),
    Purpose.NEWS: (
        _("News of the clinic’s other services"),
        _("Such as new treatments, classes and offers, a few times a year"),
    ),
}
BY_SUBMITTING = _(
    "By submitting this form with your email address, you are consenting to %(clinic)s "
    "emailing you:"
)
WHO_ASKS = _(
    "%(senders)s asks for your consent. Address: %(address)s. Phone: %(phone)s. Email: "
    "%(email)s. Web: %(web)s."
)
FOR_ANOTHER = _("%(name)s, on behalf of %(other)s")
NEVER_SOLD = _("Your email address is never sold.")
WITHDRAWAL = _(
    "You can withdraw your consent at any time: use the unsubscribe link in any message, or call "
    "or write to us. It does not affect your request for a call or your care."
)


@dataclass(frozen=True)
class Words:
    """One request for consent in one language: the words beside the box, its hint, and the notice
    above the boxes.

    Where no box is ticked, `box` is what the notice lists, and the notice's first line stands above
    that list.
    """

    box: str
    hint: str
    notice: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """Return all three, in their order."""
        return self.box, self.hint, self.notice

    @property
    def sha256(self) -> str:
        """The hex digest that a consent event names: of all three, in this order, a blank line
        between them.
        """
        return sha256("\n\n".join(self.parts).encode()).hexdigest()


def basis_of(clinic: Clinic) -> Basis:
    """Return how strong an agreement is that the clinic asks for in its way: submitting a form is
    no positive act.
    """
    return Basis.IMPLIED if clinic.consent.mode == "by_submitting" else Basis.EXPRESS


def compose(clinic: Clinic, purpose: Purpose, language: str) -> Words:
    """Return the words for *purpose* as the clinic file and our catalogue give them today."""
    say = translator(language)
    conditions = [who_asks(clinic, say), f"{say(NEVER_SOLD)} {say(WITHDRAWAL)}"]
    if basis_of(clinic) is Basis.EXPRESS:
        box, hint = BOXES[purpose]
    else:
        box, hint = LISTED[purpose]
        conditions.insert(0, say(BY_SUBMITTING) % {"clinic": clinic.display_name})
    return Words(say(box), say(hint), "\n".join(conditions))


def who_asks(clinic: Clinic, say: Translate) -> str:
    """Return the sentence that says who asks, for whom, and how to reach them."""
    phone = clinic.phones.reception
    return say(WHO_ASKS) % {
        "senders": "; ".join(
            _sender(say(FOR_ANOTHER), s.name, s.on_behalf_of) for s in clinic.senders
        ),
        "address": clinic.address.line,
        "phone": show_phone(phone) if phone else "",
        "email": clinic.email,
        "web": clinic.web,
    }


def _sender(for_another: str, name: str, other: str | None) -> str:
    return for_another % {"name": name, "other": other} if other else name
