"""The questions in the words of the page. No database, no decision."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Field, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from intake.callback.fields import AnyOf, OneOf, TidyMeta
from intake.callback.offered import Offered
from intake.callback.sameness import CallbackRequest
from intake.consent.forms import PHONE_FAULTS
from intake.contacts import NotAnEmail, NotAPhone, Phone, is_name, parse_email, parse_phone
from intake.models import Basis, ConsentStatement, Purpose


def _has_letter(_: "CallbackForm", field: Field) -> None:
    # Names of any script, with any punctuation, as long as there is something to call a person by.
    if not is_name(field.data or ""):
        raise StopValidation(_l("Enter your full name"))


def _can_be_called(form: "CallbackForm", field: Field) -> None:
    try:
        form.read_phone = parse_phone(field.data)
    except NotAPhone as error:
        raise ValidationError(PHONE_FAULTS[error.fault]) from None


def _can_be_mailed(form: "CallbackForm", field: Field) -> None:
    try:
        form.read_email = parse_email(field.data)
    except NotAnEmail:
        raise ValidationError(
            _l("Enter an email address in the correct format, like name@example.com")
        ) from None


def _needed_for_emails(form: "CallbackForm", field: Field) -> None:
    if field.data:
        return
    if any(box.data for box in form.boxes()):
        raise StopValidation(
            _l("Enter your email address, or untick the emails that you agreed to receive")
        )
    raise StopValidation


# Translated when a page shows them: a form that is complete is answered without one.
FOR_BOXES = _l("We confirm your request by email. Needed only if you tick one of the boxes below")
FOR_EMAILS_LISTED = _l(
    "If you enter it, we confirm your request by email and send you the emails listed below"
)

NOWHERE = _l(
    "We could not tell which form this was. What you entered is still here: check it, tick the "
    "emails you agree to again, and send it once more"
)
NOWHERE_WITHOUT_BOXES = _l(
    "We could not tell which form this was. What you entered is still here: check it, read what we "
    "say about emails, and send it once more"
)
OFTEN = _l(
    "Many requests came from your network within an hour. What you entered is still here: wait a "
    "little and send it again, or call us at the number at the top"
)

USED_UP = _l(
    "Many requests were sent with this copy of the form. What you entered is still here: send it "
    "once more, and it will reach us"
)


class CallbackForm(FlaskForm):
    """Only name and phone are required; email is when a box for something that goes by email is
    ticked.
    """

    class Meta(TidyMeta):
        """Tidied text, no session."""

    name = StringField(
        _l("Full name"),
        [
            InputRequired(_l("Enter your full name")),
            _has_letter,
            Length(max=200, message=_l("Shorten your name to 200 characters or fewer")),
        ],
    )
    phone = TelField(
        _l("Phone number"),
        [
            InputRequired(_l("Enter a phone number, like 416 555 0123")),
            Length(max=60, message=_l("Shorten the phone number to 60 characters or fewer")),
            _can_be_called,
        ],
        description=_l(
            "We call this number. Add an extension if there is one, like 416 555 0123 ext. 45"
        ),
    )
    best_time = OneOf(_l("Best time to call"), [Optional()])
    voicemail_ok = BooleanField(_l("You may leave a voicemail at this number"))
    call_language = OneOf(_l("Language of the call"), [Optional()])
    consult_with = OneOf(_l("Who would you like to talk to?"), [Optional()])
    consult_by = OneOf(_l("How would you like to talk?"), [Optional()])
    services = AnyOf(_l("Services you are interested in"), [Optional()])
    body_areas = AnyOf(_l("Where does it hurt?"), [Optional()])
    what_hurts = TextAreaField(
        _l("Anything you want us to know about it"),
        [Optional(), Length(max=500, message=_l("Shorten this to 500 characters or fewer"))],
        description=_l("A few words are enough. This is not read straight away"),
    )
    email = EmailField(
        _l("Email address"),
        [
            _needed_for_emails,
            Length(max=254, message=_l("Shorten the email address to 254 characters or fewer")),
            _can_be_mailed,
        ],
    )
    website = StringField(_l("Leave this empty"))
    """A trap: people do not see it, and programs that fill in forms do not know better
    (`callback.abuse`).
    """
    agree_reminders = BooleanField()
    agree_care = BooleanField()
    agree_news = BooleanField()

    read_phone: Phone | None = None
    read_email: str | None = None
    """What was typed, as it was understood when it was checked."""

    def __init__(
        self,
        *,
        offered: Offered,
        statements: Sequence[ConsentStatement],
        language: str,
        **kwargs: Any,
    ) -> None:
        self._given = {"call_language": language}
        super().__init__(data=self._given, **kwargs)  # type: ignore[no-untyped-call]
        for name, choices in offered.items():
            setattr(self[name], "choices", choices)  # noqa: B010  (a field of WTForms does not declare it)
        self._language = language
        self._ask(statements)

    def fill(self, sent: MultiDict[str, str]) -> None:
        """Put what was *sent* into every field."""
        self.process(sent, data=self._given)

    def empty(self) -> None:
        """Take out everything that was sent or understood from it, and what was said about it."""
        for field in self:
            field.data = field.raw_data = None
            field.errors = field.process_errors = ()
        self.read_phone = self.read_email = None

    def _ask(self, statements: Sequence[ConsentStatement]) -> None:
        """Leave out each box that is not on the form, and say what an email address is for
        there.
        """
        boxes = {statement.purpose for statement in statements if statement.basis is Basis.EXPRESS}
        for purpose in set(Purpose) - boxes:
            del self[f"agree_{purpose}"]
        if boxes:
            self.email.description = FOR_BOXES
        elif statements:
            self.email.description = FOR_EMAILS_LISTED

    def boxes(self) -> list[Field]:
        """Return the consent boxes that are on this form."""
        return [self[f"agree_{purpose}"] for purpose in Purpose if f"agree_{purpose}" in self]

    def agreed_to(self) -> frozenset[Purpose]:
        """The purposes whose boxes are ticked."""
        return frozenset(
            Purpose(box.short_name.removeprefix("agree_")) for box in self.boxes() if box.data
        )

    def came_from_nowhere(self) -> str:
        """Return what to do about a form without a stamp of ours, for the summary at the top."""
        said: str = str(NOWHERE if self.boxes() else NOWHERE_WITHOUT_BOXES)
        return said

    def sent_often(self) -> str:
        """Return what to do where many requests came from the same network."""
        said: str = str(OFTEN)
        return said

    def used_up(self) -> str:
        """Return what to do where one copy of the form was sent too many times; its stamp was
        renewed.
        """
        said: str = str(USED_UP)
        return said

    def to_request(self) -> CallbackRequest:
        """Return the validated answers as the plain value that the rule takes."""
        return CallbackRequest(
            name=self.name.data or "",
            phone=self.read_phone or parse_phone(self.phone.data or ""),
            email=self.read_email,
            consult_with=self.consult_with.data or None,
            consult_by=self.consult_by.data or None,
            services=tuple(self.services.data or ()),
            body_areas=tuple(self.body_areas.data or ()),
            what_hurts=self.what_hurts.data or None,
            best_time=self.best_time.data or None,
            voicemail_ok=bool(self.voicemail_ok.data),
            call_language=self.call_language.data or self._language,
            agreed_to=self.agreed_to(),
        )
