"""What is asked before a closed request is opened again."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from intake.admin.form import DeskForm


class ReopenForm(DeskForm):
    """Why it is to be called again."""

    reason = StringField(
        "Reason",
        [
            InputRequired("Enter why this request is to be called again"),
            Length(max=200, message="Use 200 characters or fewer"),
        ],
        description="For the access log. Do not name the person or anything about their health.",
    )
