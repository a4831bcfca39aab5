"""The field for a reason: one line that says something. It goes into the access log, where somebody
will read it.
"""

from typing import Any

from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, Optional, StopValidation

NOT_THE_PERSON = "For the access log. Do not name the person or anything about their health."
LONGEST = 300


class Reason(StringField):
    """Why something is done. Spaces and dots are none; *needed* is what is said then."""

    def __init__(
        self,
        label: str = "Reason",
        *,
        needed: str,
        longest: int = LONGEST,
        description: str = "",
        **of_form: Any,
    ) -> None:
        self.needed = needed
        too_long = Length(max=longest, message=f"Use {longest} characters or fewer")
        super().__init__(
            label,
            [DataRequired(needed), self._says_something, too_long],
            description=description,
            **of_form,
        )

    def need_not_be_given(self) -> None:
        """It may be left empty on this form."""
        self.validators = [Optional(), *self.validators[1:]]

    def _says_something(self, _: object, field: Field) -> None:
        if not any(character.isalnum() for character in field.data):
            raise StopValidation(self.needed)
