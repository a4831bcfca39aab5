"""Why a text is no phone number: the reason that helps whoever typed it."""

import re
from collections.abc import Iterator
from enum import StrEnum

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from intake.contacts.extension import MENTIONED
from intake.numbering import can_exist

LONGEST_WITHOUT_AREA_CODE = 7
WHOLE = 10
PAUSE = re.compile(r"\d\s*(?:[pw]+\s*\d|[,;]+[\s,;]*\d{1,6}(?!\d))")
LETTER_FOR_DIGIT = re.compile(r"(?<=[\d\s().+-])[oil]+(?=[\d\s().-]|$)|^[oil]+(?=[\d\s().-])")
DIGIT_MEANT = str.maketrans("oil", "011")


class PhoneFault(StrEnum):
    """What is wrong, said as what to do."""

    AREA_CODE = "Enter a phone number with its area code, like 416 555 0123"
    EXTENSION = "Enter the extension in digits after the number, like 416 555 0123 ext. 45"
    LETTER = "Check the phone number: it has a letter where a digit belongs, like O for 0"
    NOTE = "Enter the phone number alone, without any words, like 416 555 0123"
    TWO = "Enter one phone number only, the one we should call"
    PAUSE = "Leave out the pause before the extension, and enter it like 416 555 0123 ext. 45"
    SHORT = "Check the phone number: it has too few digits"
    LONG = "Check the phone number: it has too many digits"
    COUNTRY = "Check the country code: the digits after the + belong to no country"
    NO_SUCH = "Check the phone number: no number has these digits"


def fault_of(text: str, region: str) -> PhoneFault:
    """Return what is wrong with *text*, which is `extension.plain` and was refused."""
    digits = sum(character.isdigit() for character in text)
    if digits == 0:
        return PhoneFault.AREA_CODE
    return next(_faults_beside_digits(text, region), None) or _fault_of_digits(text, digits, region)


def _faults_beside_digits(text: str, region: str) -> Iterator[PhoneFault]:
    """Yield the likeliest reason first."""
    if _numbers_in(text, region) > 1:
        yield PhoneFault.TWO
    if PAUSE.search(text):
        yield PhoneFault.PAUSE
    if _is_number(
        LETTER_FOR_DIGIT.sub(lambda found: found[0].translate(DIGIT_MEANT), text), region
    ):
        yield PhoneFault.LETTER
    if MENTIONED.search(text):
        yield PhoneFault.EXTENSION
    if any(character.isalpha() for character in text):
        yield PhoneFault.NOTE


def _fault_of_digits(text: str, digits: int, region: str) -> PhoneFault:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == error.INVALID_COUNTRY_CODE:
            return PhoneFault.COUNTRY
        return PhoneFault.LONG if digits > WHOLE else PhoneFault.AREA_CODE
    is_home = number.country_code == phonenumbers.country_code_for_region(region)
    if is_home and digits <= LONGEST_WITHOUT_AREA_CODE:
        return PhoneFault.AREA_CODE
    shape = phonenumbers.is_possible_number_with_reason(number)
    return {
        phonenumbers.ValidationResult.TOO_SHORT: PhoneFault.SHORT,
        phonenumbers.ValidationResult.TOO_LONG: PhoneFault.LONG,
    }.get(shape, PhoneFault.NO_SUCH)


def _numbers_in(text: str, region: str) -> int:
    """Return how many numbers stand in *text*: parted by words or signs, or by nothing but their
    length.
    """
    found = sum(1 for _ in PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE))
    digits = re.sub(r"\D", "", text)
    in_a_row = [digits[:WHOLE], digits[WHOLE:]] if len(digits) == 2 * WHOLE else []
    return max(found, sum(_is_number(one, region) for one in in_a_row))


def _is_number(text: str, region: str) -> bool:
    if any(character.isalpha() for character in text):
        return False
    try:
        return can_exist(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False
