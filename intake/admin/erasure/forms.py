"""The second confirmation before a person is erased."""

from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from intake.admin.form import TidyForm
from intake.reference import read_reference


class EraseForm(TidyForm):
    """The reference once more, and a tick."""

    ref = StringField("Reference of the request", [DataRequired("Type the reference again")])
    sure = BooleanField(
        "I have checked that the person asked for it, and know that it cannot be taken back",
        [DataRequired("Tick this if you are sure")],
    )

    def confirms(self, ref: str) -> bool:
        """Return whether this very request is meant."""
        if not self.is_right():
            return False
        if read_reference(self.ref.data or "") != ref:
            self.refuse("ref", f"This page erases {ref}: type that reference, or go back")
            return False
        return True
