"""The baseline's form."""

import phonenumbers
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

PURPOSES = ("contact", "reminders", "news", "voicemail")


class RequestForm(FlaskForm):
    """Name, phone and email, when to call, what about, and four boxes."""

    name = StringField("Full name", [InputRequired(), Length(max=200)])
    phone = TelField("Phone number", [InputRequired(), Length(max=40)])
    email = EmailField("Email", [Optional(), Email(), Length(max=254)])
    best_time = RadioField(
        "Best time to call",
        [Optional()],
        choices=[
            SelectChoice(time, time.capitalize()) for time in ("morning", "afternoon", "evening")
        ],
    )
    message = TextAreaField("What is it about?", [Optional(), Length(max=1000)])
    contact = BooleanField("You may contact me about this request")
    reminders = BooleanField("Send me reminders")
    news = BooleanField("Send me news")
    voicemail = BooleanField("You may leave a voicemail")

    def validate_phone(self, field: TelField) -> None:
        """Refuse what is no number in Canada, and keep the number as networks write it."""
        try:
            number = phonenumbers.parse(field.data or "", "CA")
        except phonenumbers.NumberParseException:
            raise ValidationError("Enter a phone number.") from None
        if not phonenumbers.is_valid_number(number):
            raise ValidationError("Enter a phone number that exists.")
        self.number = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def agreed(self) -> dict[str, bool]:
        """Return each purpose, and whether its box was ticked."""
        return {purpose: bool(self[purpose].data) for purpose in PURPOSES}
