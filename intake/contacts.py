"""Names, phone numbers and email addresses: read as typed, kept in canonical form, compared, shown to people."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address, ip_network

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat

REGION = "CA"
FRENCH_EXTENSION = re.compile(r"\bpostes?\b\.?\s*", re.IGNORECASE)  # "poste 45", which phonenumbers does not know
UNCOMPOSED = str.maketrans({
    "’": "'", "ʼ": "'", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t",
    "þ": "th", "æ": "ae", "œ": "oe",
})  # fmt: skip
"""Small letters that Unicode does not take for a letter with a mark, and the apostrophes that people type for one."""


class NotAPhone(ValueError):
    """The text is no phone number that can be called from *REGION*."""


class NotAnEmail(ValueError):
    """The text is no address that mail could be sent to."""


@dataclass(frozen=True)
class Phone:
    """A number that can be dialled: E.164, the extension's digits ("" for none), and what the person typed."""

    e164: str
    extension: str
    typed: str


def folded(name: str) -> str:
    """*name* as it is looked for: small letters without marks, so that "dang" finds "Đặng"; other scripts stay."""
    marked = unicodedata.normalize("NFKD", name.casefold().translate(UNCOMPOSED))
    return " ".join("".join(letter for letter in marked if not unicodedata.combining(letter)).split())


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


def parse_email(typed: str) -> str:
    """The address in canonical form: domain in lower case, Unicode composed. DNS is not asked. Raises `NotAnEmail`."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from None


def masked(email: str) -> str:
    """Enough of the address for its owner to know it, and no more: "j•••@g•••.com"."""
    name, _, domain = email.rpartition("@")
    host, dot, end = domain.rpartition(".")
    return f"{name[:1]}•••@{(host or domain)[:1]}•••{dot}{end if host else ''}"


def mailable(email: str) -> str:
    """The address as mail servers know it: a domain in letters of another script in its ASCII form."""
    try:
        return validate_email(email, check_deliverability=False).ascii_email or email
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from None


def address_hash(key: bytes, email: str) -> str:
    """What stands for an address where it is only compared: HMAC-SHA256 of it in lower case, in hex.

    *key* is the installation's (`Settings.address_key`): without it nobody can try all addresses.
    """
    return hmac.digest(key, email.strip().casefold().encode(), sha256).hex()


def network_hash(key: bytes, address: str) -> str:
    """The same for a full network address."""
    return hmac.digest(key, b"network:" + address.encode(), sha256).hex()


def coarse_network(address: str) -> str:
    """The network that *address* is in, as coarse as evidence allows: /24 for IPv4, /48 for IPv6; "" for none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))  # noqa: PLR2004
