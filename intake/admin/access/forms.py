"""The form to filter the access log."""

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Optional, ValidationError

from intake.admin.access.listing import Sought
from intake.admin.exports.forms import FORMATS, ExportForm
from intake.admin.form import TidyForm
from intake.callback.fields import OneOf
from intake.models import Act
from intake.reference import read_reference

ANY = ""
# Else spaces, which were not offered, count as no answer, too
OPEN = Optional(strip_whitespace=False)


class SoughtForm(TidyForm):
    """Who, what, when, whose; each may be left open."""

    staff = SelectField("Who", [OPEN])
    act = SelectField(
        "What was done",
        [OPEN],
        choices=[
            SelectChoice(ANY, "Anything"),
            *(SelectChoice(act.value, act.value.capitalize()) for act in Act),
        ],
    )
    start = DateField("From", [Optional()])
    end = DateField("To", [Optional()])
    ref = StringField("Reference of a request", [Optional()])

    def __init__(self, staff: Sequence[tuple[int, str]], sought: Sought | None = None) -> None:
        known = sought.as_query() if sought else {}
        days = {name: getattr(sought, name, None) for name in ("start", "end")}
        super().__init__(data=known | days)
        names = (SelectChoice(str(number), name) for number, name in staff)
        self.staff.choices = [SelectChoice(ANY, "Anybody"), *names]

    def validate_ref(self, field: StringField) -> None:
        """A reference has a character that checks the others."""
        if field.data and read_reference(field.data) is None:
            raise ValidationError("Enter the reference as it stands in the sheet, like K7F-2QGX")

    def validate_end(self, field: DateField) -> None:
        """The days follow each other, in this era."""
        if field.data and not (self.start.data or date.min) <= field.data < date.max:
            raise ValidationError("Enter a last day that is not before the first one")

    def to_sought(self) -> Sought:
        """Return the answers as the plain value that the rule takes."""
        return Sought(
            staff=int(self.staff.data) if self.staff.data else None,
            act=Act(self.act.data) if self.act.data else None,
            start=self.start.data,
            end=self.end.data,
            ref=read_reference(self.ref.data or ""),
        )


class FileForm(ExportForm):
    """The kind of file to download, and the reason."""

    kind = OneOf("Kind of file", [InputRequired("Select a kind of file")], choices=FORMATS)
