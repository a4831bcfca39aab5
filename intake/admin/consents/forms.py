"""What is asked in the consent audit."""

from typing import Any

from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, ValidationError

from intake.admin.consents.search import SHORTEST_NAME, is_enough
from intake.admin.exports.forms import ExportForm, ExportReasonForm
from intake.admin.reason import NOT_THE_PERSON, Reason
from intake.callback.fields import OneOf
from intake.reference import read_reference

TIMELINE, PACK, RECEIPT, KANTARA = "timeline", "evidence", "receipt", "kantara"
FILES = [
    SelectChoice(TIMELINE, "Timeline with words and records (JSON)"),
    SelectChoice(PACK, "Evidence pack with a verifier (zip)"),
    SelectChoice(RECEIPT, "Receipt, ISO/IEC TS 27560 (JSON-LD)"),
    SelectChoice(KANTARA, "Receipt, Kantara 1.1 (JSON)"),
]


def _is_enough(_: object, field: Field) -> None:
    typed = field.data or ""
    if not (
        read_reference(typed)
        or "@" in typed
        or any(letter.isdigit() for letter in typed)
        or is_enough(typed)
    ):
        raise ValidationError(f"Enter at least {SHORTEST_NAME} letters of the name")


class SearchForm(ExportReasonForm):
    """One line for whatever somebody has of the person.

    Whoever sees pseudonyms learns from a name, a number or an address whose reference it is: that
    needs a reason.
    """

    sought = StringField(
        "Reference, name, email or phone",
        [
            InputRequired("Enter a reference, a name, an email address or a phone number"),
            _is_enough,
            Length(max=254, message="Use 254 characters or fewer"),
        ],
        description="A part of a name is enough",
    )
    reason = Reason(
        "Reason, unless you enter a reference",
        needed="Enter why you need this",
        description=NOT_THE_PERSON,
    )

    def __init__(self, *, must_say_why: bool, **given: Any) -> None:
        super().__init__(must_say_why=must_say_why, **given)
        if read_reference(self.sought.data or ""):
            self.reason.need_not_be_given()


class PersonExportForm(ExportForm):
    """Which file about one request, and why."""

    kind = OneOf("Kind of file", [InputRequired("Select a kind of file")], choices=FILES)
