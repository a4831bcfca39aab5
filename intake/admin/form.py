"""What every form of the desk has in common: it carries a token, and says whether it was sent and
filled in rightly.
"""

from typing import Any

from flask_wtf import FlaskForm

from intake.callback.fields import TidyMeta


class DeskForm(FlaskForm):
    """A form with types, which Flask-WTF has not."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)  # type: ignore[no-untyped-call]

    def is_right(self) -> bool:
        """Return whether it was sent, and everything in it will do."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]


class TidyForm(DeskForm):
    """A form whose texts are tidied, and in which the rule can have its say. The guard asks for its
    token.

    Passwords are no such texts: spaces belong to them.
    """

    class Meta(TidyMeta):
        """WTForms calls it for each field."""

    def refuse(self, field: str, message: str) -> None:
        """Say beside *field* why the rule did not do it."""
        self[field].errors = [*self[field].errors, message]
