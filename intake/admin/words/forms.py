"""The confirmation before words are published."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from intake.admin.form import TidyForm


class PublishForm(TidyForm):
    """A tick, and by its digest what the person has read."""

    read = HiddenField()
    sure = BooleanField(
        "These words cannot be changed or taken back",
        [InputRequired("Read the words, and tick this if they may be published")],
    )
