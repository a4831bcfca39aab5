"""Phone numbers are read as people type them, kept in E.164, and shown as people here write
them.
"""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from intake.contacts.extension import plain, split_extension
from intake.contacts.phone_fault import PhoneFault, fault_of
from intake.numbering import REGION, can_exist

LONGEST = 250
"""Characters with words around the number, as the library has it. What is longer is not even looked
at.
"""


class NotAPhone(ValueError):
    """The text is no phone number that can be called from *REGION*; *fault* says why."""

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class Phone:
    """A number that can be dialled: E.164, the extension's digits ("" for none), and what the
    person typed.
    """

    e164: str
    extension: str
    typed: str


def parse_phone(typed: str, *, region: str = REGION) -> Phone:
    """Return the phone number in *typed*, which may leave out the country code of *region*. Raises
    `NotAPhone`.
    """
    if len(typed) > LONGEST:
        raise NotAPhone(PhoneFault.LONG)
    text = plain(typed)
    base, extension = split_extension(text)
    number = _read(base, region)
    if number is None or (extension and number.extension):
        raise NotAPhone(fault_of(text, region))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(e164, extension or number.extension or "", typed)


def _read(text: str, region: str) -> PhoneNumber | None:
    """Return the number; one with letters on its keys (1-800-…) must be known, else any word would
    be a number.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    has_letters = any(character.isalpha() for character in text)
    is_right = phonenumbers.is_valid_number(number) if has_letters else can_exist(number)
    return number if is_right else None


def show_phone(e164: str, *, region: str = REGION) -> str:
    """Return the number as people of *region* write it: "613-555-0100" at home, "+33 1 23 45 67 89"
    for abroad.
    """
    number = phonenumbers.parse(e164)
    home = number.country_code == phonenumbers.country_code_for_region(region)
    if not home:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).removeprefix(
        f"+{number.country_code} "
    )
