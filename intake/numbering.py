"""Which phone numbers can exist, be they known to the library or newer than it.

Area codes are added every year, and the library's list is as old as its release. So a number of the
right shape is taken, and staff are told that nobody knows its area code yet (`contacts.doubt`).
"""

import re

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

REGION = "CA"
"""Numbers are read as people of this country dial them."""
NORTH_AMERICA = 1
IN_NORTH_AMERICA = re.compile(r"[2-9](?!11)[0-8]\d[2-9](?!11)\d{6}")
"""Area code and exchange as the numbering plan has them: never 0 or 1 first, never N11; N9X is kept
for later.
"""


def can_exist(number: PhoneNumber) -> bool:
    """Return whether *number* is known, or has a shape that its country's plan allows."""
    # First by the rules of our own country, where most are: the library looks through all countries
    # with its code
    if phonenumbers.is_valid_number_for_region(number, REGION) or phonenumbers.is_valid_number(
        number
    ):
        return True
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return False
    national = phonenumbers.national_significant_number(number)
    if number.country_code == NORTH_AMERICA:
        return IN_NORTH_AMERICA.fullmatch(national) is not None
    return len(set(national)) > 1
