"""The questions behind a one-time link."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from intake.admin.form import DeskForm
from intake.staff.passwords import SHORTEST


class WelcomeForm(DeskForm):
    """A password, twice."""

    email = StringField("Your email address")
    """Shown for password managers; what is sent back is not looked at."""
    password = PasswordField(
        "Your new password",
        [InputRequired("Choose a password")],
        description=(
            f"At least {SHORTEST} characters, of any kind. Four words that do not belong "
            "together are good."
        ),
    )
    again = PasswordField(
        "The same password again",
        [
            InputRequired("Enter the same password again"),
            EqualTo("password", "The two passwords are not the same"),
        ],
    )

    def refuse(self, problem: str) -> None:
        """Say at the password what is wrong with it."""
        self.password.errors = [problem]
