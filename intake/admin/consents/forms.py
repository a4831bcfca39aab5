"""What is asked in the consent audit."""

from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from intake.admin.consents.search import SHORTEST_NAME
from intake.admin.exports.forms import ExportForm
from intake.admin.form import DeskForm
from intake.callback.fields import OneOf, TidyMeta

TIMELINE, PACK, RECEIPT, KANTARA = "timeline", "evidence", "receipt", "kantara"
FILES = [
    SelectChoice(TIMELINE, "Timeline with words and records (JSON)"),
    SelectChoice(PACK, "Evidence pack with a verifier (zip)"),
    SelectChoice(RECEIPT, "Receipt, ISO/IEC TS 27560 (JSON-LD)"),
    SelectChoice(KANTARA, "Receipt, Kantara 1.1 (JSON)"),
]


class SearchForm(DeskForm):
    """One line for whatever somebody has of the person."""

    class Meta(TidyMeta):
        """Tidied text; with a token, unlike the patients' form."""

        csrf = True

    sought = StringField(
        "Reference, name, email or phone",
        [
            InputRequired("Enter a reference, a name, an email address or a phone number"),
            Length(min=SHORTEST_NAME, message=f"Enter at least {SHORTEST_NAME} letters of the name"),
            Length(max=254, message="Use 254 characters or fewer"),
        ],
        description="A part of a name is enough, with its accents",
    )


class PersonExportForm(ExportForm):
    """Which file about one request, and why."""

    kind = OneOf("Kind of file", [InputRequired("Select a kind of file")], choices=FILES)
