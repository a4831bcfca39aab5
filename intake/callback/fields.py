"""The fields of the form: what is typed is tidied, an answer must be one that was offered."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput

from intake.marks import normalized
from intake.unseen import visible

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")


def one_line(value: str | None) -> str | None:
    """One line of text: composed, nothing in it that cannot be seen, single spaces, nothing at the
    ends.

    A control character parts words, as a tab does. A character without width stands inside a word,
    which stays one.
    """
    return " ".join(CONTROL.sub(" ", _composed(value)).split()) if value else value


def some_lines(value: str | None) -> str | None:
    """Several lines of text, kept as lines."""
    if not value:
        return value
    return CONTROL.sub("", _composed(LINE_ENDS.sub("\n", value))).strip()


def _composed(text: str) -> str:
    return normalized("NFC", visible(text))


class TidyMeta:
    """The Meta of a form: every text field is tidied, so that none can forget it."""

    csrf = False  # the signed stamp does its work without a cookie: callback/stamp.py

    def get_translations(self, form: Any) -> None:
        """WTForms’ hook for words of its own, which would be read from a file for each request. All
        words are ours.
        """

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
        """WTForms’ hook for making a field of a form."""
        kind = unbound_field.field_class
        if issubclass(kind, TextAreaField):
            options["filters"] = [some_lines]
        elif issubclass(kind, StringField):
            options["filters"] = [one_line]
        bound: Field = unbound_field.bind(form=form, **options)
        return bound


class OneOf(RadioField):
    """One answer of those offered."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (WTForms’ signature)
        """Refuse an answer that was not offered, for good: to `Optional` spaces are none, and it
        would pass them.
        """
        if self.data not in _offered(self):
            raise (StopValidation if self.data else ValidationError)(
                _l("Select one of the answers listed")
            )


def _offered(field: RadioField | SelectMultipleField) -> set[str]:
    """Return which answers were offered. WTForms’ own way makes two objects of each of them, for
    each request.
    """
    return {_key(choice) for choice in field.choices or ()}


def _key(choice: "SelectChoice | tuple[str, ...] | str") -> str:
    """Return the key of a choice in each of the forms in which WTForms takes it; a dictionary is
    walked by its keys.
    """
    if isinstance(choice, str):
        return choice
    return str(choice.value) if isinstance(choice, SelectChoice) else choice[0]


class AnyOf(SelectMultipleField):
    """Any number of the answers offered, as boxes to tick."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (WTForms’ signature)
        """Refuse an answer that was not offered."""
        if not set(self.data or ()) <= _offered(self):
            raise StopValidation(_l("Select from the answers listed"))
