"""What is asked before a file leaves the house."""

from datetime import date
from typing import Any

from wtforms import DateField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, ValidationError

from intake.admin.form import TidyForm
from intake.admin.reason import NOT_THE_PERSON, Reason
from intake.callback.fields import OneOf

CSV, JSON = "csv", "json"
FORMATS = [SelectChoice(CSV, "CSV, for a spreadsheet"), SelectChoice(JSON, "JSON, for programs")]


class ExportReasonForm(TidyForm):
    """Why somebody has to see it."""

    reason = Reason(needed="Enter why you need this", description=NOT_THE_PERSON)

    def __init__(self, *, must_say_why: bool = True, **given: Any) -> None:
        self.must_say_why = must_say_why
        super().__init__(**given)
        if not must_say_why:
            self.reason.need_not_be_given()


class ExportForm(ExportReasonForm):
    """Why a file leaves the house; on a page that may ask for another reason as well."""

    reason = Reason(
        needed="Enter why you need this", id="export-reason", description=NOT_THE_PERSON
    )


class PeriodForm(ExportForm):
    """The days to export, and the kind of file."""

    start = DateField("First day", [InputRequired("Enter the first day, like 2026-11-01")])
    end = DateField("Last day", [InputRequired("Enter the last day, like 2026-11-30")])
    kind = OneOf("Kind of file", [InputRequired("Select a kind of file")], choices=FORMATS)

    def validate_end(self, field: DateField) -> None:
        """The days follow each other, in this era."""
        if self.start.data and field.data and not self.start.data <= field.data < date.max:
            raise ValidationError("Enter a last day that is not before the first one")
