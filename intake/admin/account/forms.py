"""The questions of a person's own account."""

from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from intake.admin.form import DeskForm
from intake.staff.passwords import SHORTEST


class PasswordForm(DeskForm):
    """The password now, and a new one twice."""

    current = PasswordField(
        "Your password now", [InputRequired("Enter your password as it is now")]
    )
    password = PasswordField(
        "Your new password",
        [InputRequired("Choose a new password")],
        description=(
            f"At least {SHORTEST} characters, of any kind. Four words that do not belong "
            "together are good."
        ),
    )
    again = PasswordField(
        "The new password again",
        [
            InputRequired("Enter the new password again"),
            EqualTo("password", "The two passwords are not the same"),
        ],
    )
