"""Passwords through the library: hashed with Argon2id under a key of the installation, and
normalised as it does.
"""

from typing import Any

from flask_security import PasswordUtil
from flask_security.proxies import _security
from flask_security.utils import hash_password, verify_password

from intake.models import StaffMember
from intake.staff.passwords import LONGEST, problem_of
from intake.web import clinic


class Passwords(PasswordUtil):
    """Our rules in place of the library's."""

    def normalize(self, password: str) -> str:
        """The password as it is hashed. Of one that is too long to be right no more is looked at
        than tells so.
        """
        normal: str = super().normalize(password[: LONGEST + 1])
        return normal

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: ARG002  (the library's signature)
        **about: Any,
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, and the password as it is hashed."""
        problem = problem_of_new(password, about["user"])
        return [problem] if problem else None, self.normalize(password)


def problem_of_new(password: str, member: StaffMember) -> str | None:
    """Return what is wrong with *password* for this account."""
    place = clinic()
    return problem_of(
        password, known=(member.email, member.name, place.display_name, place.legal_name, "intake")
    )


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    kept: str = hash_password(_security.password_util.normalize(password))
    return kept


def is_password_of(member: StaffMember, password: str) -> bool:
    """Return whether it is the account's password."""
    normal = _security.password_util.normalize(password)
    return member.password is not None and verify_password(normal, member.password)
