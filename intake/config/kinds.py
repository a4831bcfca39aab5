"""The kinds of values that the clinic file knows, each with what it expects."""

import re
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from intake.config.canada import CanadaHolidays
from intake.numbering import REGION, can_exist

READABLE = 4.5  # WCAG 2.2 SC 1.4.3: contrast of text on its background
LINEAR_UNTIL = 0.04045  # where the sRGB curve begins (WCAG 2.2, relative luminance)


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not can_exist(number):
        raise ValueError('expected a phone number, like "+1 416 555 0100"')
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError('expected a colour like "#0b5c56"')
    channels = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= LINEAR_UNTIL else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    if 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) < READABLE:
        raise ValueError(
            "is too light: white text on it must be readable (contrast of at least 4.5 to 1)"
        )
    return value.lower()


def _province(value: str) -> str:
    known = CanadaHolidays.subdivisions
    if value not in known:
        raise ValueError(f"expected one of {', '.join(known)}")
    return value


def _postal_code(value: str) -> str:
    if not re.fullmatch(r"[A-Z]\d[A-Z] \d[A-Z]\d", value):
        raise ValueError('expected a postal code like "K1A 0B1"')
    return value


Text = Annotated[str, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str, Field(min_length=1, max_length=1000)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Phone = Annotated[str, AfterValidator(_phone)]
Colour = Annotated[str, AfterValidator(_colour)]
PostalCode = Annotated[str, AfterValidator(_postal_code)]
Province = Annotated[str, AfterValidator(_province)]


class Part(BaseModel):
    """A table of the clinic file: frozen, and every key in it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
