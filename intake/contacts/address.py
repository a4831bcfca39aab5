"""Email addresses are read as people type them, kept in canonical form, and shown to their
owner.
"""

from email_validator import EmailNotValidError, validate_email

from intake.unseen import visible

LONGEST_EMAIL = 254
"""Characters (RFC 5321 s. 4.5.3.1.3). What is longer is not even looked at: that would take
long.
"""


class NotAnEmail(ValueError):
    """The text is no address that mail could be sent to."""


def parse_email(typed: str) -> str:
    """Return the address in canonical form: composed, its domain in small letters. DNS is not
    asked. Raises `NotAnEmail`.
    """
    plain = visible(typed).strip()
    if len(plain) > LONGEST_EMAIL:
        raise NotAnEmail("too long")
    try:
        return validate_email(plain, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from None


def masked(email: str) -> str:
    """Enough of the address for its owner to know it, and no more: "j•••@g•••.com"."""
    name, _, domain = email.rpartition("@")
    host, dot, end = domain.rpartition(".")
    return f"{name[:1]}•••@{(host or domain)[:1]}•••{dot}{end if host else ''}"


def mailable(email: str) -> str:
    """Return the address as mail servers know it: a domain in letters of another script in its
    ASCII form.
    """
    try:
        return validate_email(email, check_deliverability=False).ascii_email or email
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from None
