"""Phone numbers are read as people type them, kept in E.164, and shown as people here write them."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

REGION = "CA"
FRENCH_EXTENSION = re.compile(r"\bpostes?\b\.?\s*", re.IGNORECASE)  # "poste 45", which phonenumbers does not know


class NotAPhone(ValueError):
    """The text is no phone number that can be called from *REGION*."""


@dataclass(frozen=True)
class Phone:
    """A number that can be dialled: E.164, the extension's digits ("" for none), and what the person typed."""

    e164: str
    extension: str
    typed: str


def parse_phone(typed: str, *, region: str = REGION) -> Phone:
    """The phone number in *typed*, which may leave out the country code of *region*. Raises `NotAPhone`."""
    try:
        number = phonenumbers.parse(FRENCH_EXTENSION.sub("ext. ", typed), region)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(str(error)) from None
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone("no such number")
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension or "", typed)


def show_phone(e164: str, *, region: str = REGION) -> str:
    """The number as people of *region* write it: "613-555-0100" at home, "+33 1 23 45 67 89" for abroad."""
    number = phonenumbers.parse(e164)
    home = number.country_code == phonenumbers.country_code_for_region(region)
    if not home:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).removeprefix(f"+{number.country_code} ")
