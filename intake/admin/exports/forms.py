"""What is asked before a file leaves the house."""

from datetime import date
from typing import Any

from wtforms import DateField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from intake.admin.form import DeskForm
from intake.callback.fields import OneOf, TidyMeta

CSV, JSON = "csv", "json"
FORMATS = [SelectChoice(CSV, "CSV, for a spreadsheet"), SelectChoice(JSON, "JSON, for programs")]
NOT_THE_PERSON = "For the access log. Do not name the person or anything about their health."
LONGEST = 300


class ReasonForm(DeskForm):
    """Why somebody has to see it."""

    class Meta(TidyMeta):
        """Tidied text; with a token, unlike the patients' form."""

        csrf = True

    reason = StringField("Reason", description=NOT_THE_PERSON)

    def __init__(self, *, must_say_why: bool = True, **given: Any) -> None:
        self.must_say_why = must_say_why
        super().__init__(**given)
        needed = [DataRequired("Enter why you need this")] if must_say_why else [Optional()]
        self.reason.validators = [*needed, Length(max=LONGEST, message=f"Use {LONGEST} characters or fewer")]


class ExportForm(ReasonForm):
    """Why a file leaves the house; on a page that may ask for another reason as well."""

    reason = StringField("Reason", id="export-reason", description=NOT_THE_PERSON)


class PeriodForm(ExportForm):
    """Of which days, and as what kind of file."""

    start = DateField("First day", [InputRequired("Enter the first day, like 2026-11-01")])
    end = DateField("Last day", [InputRequired("Enter the last day, like 2026-11-30")])
    kind = OneOf("Kind of file", [InputRequired("Select a kind of file")], choices=FORMATS)

    def validate_end(self, field: DateField) -> None:
        """The days follow each other, in this era."""
        if self.start.data and field.data and not self.start.data <= field.data < date.max:
            raise ValidationError("Enter a last day that is not before the first one")
