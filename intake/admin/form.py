"""What every form of the desk has in common: it carries a token, and says whether it was sent and filled in rightly."""

from typing import Any

from flask_wtf import FlaskForm


class DeskForm(FlaskForm):
    """A form with types, which Flask-WTF has not."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)  # type: ignore[no-untyped-call]

    def is_right(self) -> bool:
        """Whether it was sent, and everything in it will do."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]
