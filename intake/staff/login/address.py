"""Addresses through the library, which would look at one of any length."""

from flask_security import MailUtil

from intake.contacts import LONGEST_EMAIL


class Addresses(MailUtil):
    """The library's reading of an address. Of one that is too long to be right no more is looked at
    than tells so.
    """

    def normalize(self, email: str) -> str:
        """The address as it is looked up."""
        return str(super().normalize(email[: LONGEST_EMAIL + 1]))
