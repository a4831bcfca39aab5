"""The question of the page for whoever lost their link."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from intake.consent.lost_link import Contact
from intake.contacts import (
    LONGEST_EMAIL,
    NotAnEmail,
    NotAPhone,
    PhoneFault,
    parse_email,
    parse_phone,
)

PHONE_FAULTS = {
    PhoneFault.AREA_CODE: _l("Enter a phone number with its area code, like 416 555 0123"),
    PhoneFault.EXTENSION: _l(
        "Enter the extension in digits after the number, like 416 555 0123 ext. 45"
    ),
    PhoneFault.LETTER: _l(
        "Check the phone number: it has a letter where a digit belongs, like O for 0"
    ),
    PhoneFault.NOTE: _l("Enter the phone number alone, without any words, like 416 555 0123"),
    PhoneFault.TWO: _l("Enter one phone number only, the one we should call"),
    PhoneFault.PAUSE: _l(
        "Leave out the pause before the extension, and enter it like 416 555 0123 ext. 45"
    ),
    PhoneFault.SHORT: _l("Check the phone number: it has too few digits"),
    PhoneFault.LONG: _l("Check the phone number: it has too many digits"),
    PhoneFault.COUNTRY: _l("Check the country code: the digits after the + belong to no country"),
    PhoneFault.NO_SUCH: _l("Check the phone number: no number has these digits"),
}
"""What to do about a number that was refused, in the language of the page."""
EITHER = _l("Enter an email address like name@example.com, or a phone number with its area code")


def _contact(typed: str) -> Contact:
    if "@" in typed:
        return Contact(email=parse_email(typed))
    return Contact(phone=parse_phone(typed).e164)


def _can_be_reached(_: "LostLinkForm", field: Field) -> None:
    try:
        _contact(field.data.strip())
    except NotAPhone as error:
        if error.fault is not PhoneFault.AREA_CODE:
            raise ValidationError(PHONE_FAULTS[error.fault]) from None
        raise ValidationError(EITHER) from None
    except NotAnEmail:
        raise ValidationError(EITHER) from None


class LostLinkForm(FlaskForm):
    """An address or a number, whichever the person gave."""

    class Meta:
        """No session (see `consent.views`)."""

        csrf = False

    contact = StringField(
        _l("Email address or phone number"),
        [
            InputRequired(_l("Enter your email address or your phone number")),
            Length(max=LONGEST_EMAIL, message=_l("Shorten this to 254 characters or fewer")),
            _can_be_reached,
        ],
        description=_l("The one that you gave in your request"),
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def to_contact(self) -> Contact:
        """Return the validated answer as the plain value that the rule takes."""
        return _contact((self.contact.data or "").strip())

    def refuse_for_now(self) -> None:
        """Say beside the field that it was asked too often."""
        message = _l("This was asked for too often. Try again in an hour, or call us")
        self.contact.errors = [*self.contact.errors, message]
