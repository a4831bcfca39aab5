"""Names, phone numbers, email and network addresses: one file for each kind."""

from intake.contacts.address import LONGEST_EMAIL, NotAnEmail, mailable, masked, parse_email
from intake.contacts.doubt import Doubt, doubt_about
from intake.contacts.mailbox import address_hash, former_address_hash, mailbox
from intake.contacts.name import folded, is_name
from intake.contacts.network import coarse_network, line_hash, network_hash, plain_address
from intake.contacts.phone import NotAPhone, Phone, parse_phone, show_phone
from intake.contacts.phone_fault import PhoneFault
from intake.numbering import REGION

__all__ = [
    "LONGEST_EMAIL",
    "REGION",
    "Doubt",
    "NotAPhone",
    "NotAnEmail",
    "Phone",
    "PhoneFault",
    "address_hash",
    "coarse_network",
    "doubt_about",
    "folded",
    "former_address_hash",
    "is_name",
    "line_hash",
    "mailable",
    "mailbox",
    "masked",
    "network_hash",
    "parse_email",
    "parse_phone",
    "plain_address",
    "show_phone",
]
