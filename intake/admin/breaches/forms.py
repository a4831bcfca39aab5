"""What is entered of a breach."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from intake.admin.form import TidyForm
from intake.callback.fields import AnyOf, OneOf
from intake.models import Breach
from intake.privacy.breaches import GROUNDS, KINDS, BreachReport, told_of

LONGEST = 4000
MOST_DIGITS = 8
WORDS = [
    DataRequired("Describe this in a sentence; name no patient"),
    Length(max=LONGEST, message=f"Shorten this to {LONGEST} characters or fewer"),
]


class Day(DateField):
    """A day, which need not be given."""

    def __init__(
        self, label: str, description: str = "", *, needed: str = "", **of_form: Any
    ) -> None:
        validators = [InputRequired(needed)] if needed else [Optional()]
        super().__init__(label, validators, description=description, **of_form)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it as a browser sends it."""
        typed = (valuelist or [""])[0].strip()
        try:
            self.data = date.fromisoformat(typed) if typed else None
        except ValueError:
            self.data = None
            raise ValueError("Enter a day like 2026-11-23") from None


class People(IntegerField):
    """A number of people."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is expected."""
        typed = (valuelist or [""])[0].strip()
        self.data = (
            int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_DIGITS else None
        )
        if typed and self.data is None:
            raise ValueError("Enter a number from 0")


class BreachForm(TidyForm):
    """One entry of the register."""

    found_on = Day("Found on", needed="Enter the day on which it was found")
    happened_on = Day("Happened on", "As far as it is known")
    kind = OneOf("What happened to the information", choices=dict(KINDS), validate_choice=False)
    grounds = AnyOf(
        "What of this applies",
        choices=dict(GROUNDS),
        validate_choice=False,
        description="If any of it does, the Commissioner must be told (O. Reg. 329/04 s. 6.3)",
    )
    people = People("How many people it concerns", [InputRequired("Enter a number from 0")])
    information = TextAreaField(
        "Which information", WORDS, description="Kinds of information, not the information"
    )
    what_happened = TextAreaField(
        "What happened", WORDS, description="Name no patient: references will do"
    )
    containment = TextAreaField("What was done to contain it", WORDS)
    is_significant_harm_likely = BooleanField(
        "There is a real risk of significant harm to somebody (PIPEDA s. 10.1)"
    )
    people_told_on = Day(
        "People told on",
        "At the first reasonable opportunity, and that they may complain to the IPC",
    )
    ipc_told_on = Day("Commissioner of Ontario (IPC) told on")
    opc_told_on = Day(
        "Commissioner of Canada (OPC) told on", "Where there is a real risk of significant harm"
    )
    college_told_on = Day(
        "College told on", "Within 30 days of what was done about the member (PHIPA s. 17.1)"
    )
    remedy = TextAreaField(
        "What was changed so that it does not happen again",
        [Length(max=LONGEST, message=f"Shorten this to {LONGEST} characters or fewer")],
    )
    closed_on = Day("Closed on")

    def fill(self, breach: Breach) -> None:
        """Show what is entered of *breach*."""
        for name, value in vars(told_of(breach)).items():
            self[name].data = list(value) if name == "grounds" else value

    def to_told(self) -> BreachReport:
        """Return the validated entry as the plain value that the rule takes."""
        values = {
            name: field.data
            for name, field in self._fields.items()
            if name in BreachReport.__dataclass_fields__
        }
        return BreachReport(
            **{
                **values,
                "grounds": tuple(self.grounds.data or ()),
                "remedy": self.remedy.data or "",
            }
        )
