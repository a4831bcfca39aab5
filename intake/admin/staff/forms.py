"""The questions about accounts."""

from datetime import date

from wtforms import DateField, EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from intake.admin.form import DeskForm
from intake.models import Role

TELLING = {
    Role.FRONT_DESK: "Front desk: the queue, and nothing else",
    Role.AUDITOR: "Auditor: reads everything under pseudonyms, changes nothing",
    Role.ADMIN: "Admin: everything that a patient can ask of the clinic",
    Role.OWNER: "Owner: an admin who also says who comes in",
}


class AddForm(DeskForm):
    """Somebody new."""

    name = StringField("Full name", [DataRequired("Enter the person’s name"), Length(max=200)])
    email = EmailField(
        "Work email address",
        [InputRequired("Enter the person’s email address"), Length(max=254)],
        description="They sign in with it. No mail is sent: you hand the link over.",
    )
    role = RadioField(
        "What they may do",
        [InputRequired("Choose what the person may do")],
        choices=[SelectChoice(role.value, words) for role, words in TELLING.items()],
    )
    until = DateField(
        "Last day",
        [Optional()],
        description="For a visit, like 2026-12-24. Leave it empty for people who stay.",
    )

    def validate_until(self, field: DateField) -> None:
        """A last day is a day of this era."""
        if field.data is not None and field.data.year > date.max.year - 1:
            raise ValidationError("Enter a day like 2026-12-24")


class ChangeForm(DeskForm):
    """What is changed of an account that there is."""

    role = SelectField(
        "Role",
        choices=[
            SelectChoice(role.value, words.partition(":")[0]) for role, words in TELLING.items()
        ],
    )
