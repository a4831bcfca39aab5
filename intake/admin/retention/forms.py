"""The confirmation before the policy is run."""

from wtforms import BooleanField
from wtforms.validators import InputRequired

from intake.admin.form import TidyForm


class RunForm(TidyForm):
    """A tick."""

    sure = BooleanField(
        "I have read what would go, and know that it cannot be taken back",
        [InputRequired("Read what would go, and tick this if it may")],
    )
