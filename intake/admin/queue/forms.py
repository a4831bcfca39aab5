"""What is asked before a closed request is opened again."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class ReopenForm(FlaskForm):
    """Why it is to be called again."""

    reason = StringField(
        "Reason",
        [
            InputRequired("Enter why this request is to be called again"),
            Length(max=200, message="Use 200 characters or fewer"),
        ],
        description="For the access log. Do not name the person or anything about their health.",
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
