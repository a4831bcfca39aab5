"""What is asked for a proof."""

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import TextInput

from intake.admin.form import DeskForm, TidyForm


class InclusionForm(TidyForm):
    """The record to prove."""

    record = StringField(
        "Reference of a request, or fingerprint of a record",
        [InputRequired("Enter a reference, or the fingerprint of a record"), Length(max=64)],
        description="A fingerprint has 64 characters and stands on receipts",
    )


class ConsistencyForm(DeskForm):
    """Since which size."""

    size = IntegerField(
        "Entries of the older ledger",
        [
            InputRequired("Enter how many entries the older ledger had"),
            NumberRange(min=1, message="Enter 1 or more"),
        ],
        description="It is the second line of the checkpoint that you kept",
        widget=TextInput(),
    )
