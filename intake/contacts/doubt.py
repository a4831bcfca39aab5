"""What staff should know of a number before they dial it."""

from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

COSTLY_TYPES = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
COSTLY_COUNTRIES = (870, 881, 882, 883)
"""Satellites and networks without a country: the library tells mobile phones, which they are; calls
cost dollars.
"""
COSTLY_EXCHANGE = "976"
"""Pay-per-call lines within an ordinary area code of North America."""


class Doubt(StrEnum):
    """Why a number should be looked at first."""

    COSTLY = "costly"
    NOT_KNOWN = "not known"


@lru_cache(maxsize=100_000)
def doubt_about(e164: str) -> Doubt | None:
    """Return the doubt about a number; None for an ordinary one, and where none is known any
    more.
    """
    if not e164:
        return None
    number = phonenumbers.parse(e164)
    national = phonenumbers.national_significant_number(number)
    is_pay_per_call = number.country_code == 1 and national[3:6] == COSTLY_EXCHANGE
    if (
        phonenumbers.number_type(number) in COSTLY_TYPES
        or number.country_code in COSTLY_COUNTRIES
        or is_pay_per_call
    ):
        return Doubt.COSTLY
    return None if phonenumbers.is_valid_number(number) else Doubt.NOT_KNOWN
