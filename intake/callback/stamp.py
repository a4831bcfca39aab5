"""The stamp of a form: which form it is and which words it showed, signed, so that no session is needed to know it.

It has no time limit: a person may take as long as they need (WCAG 2.2 SC 2.2.1). Being in the form itself it works
without cookies. There is no login that another site could abuse here, so it also does what a CSRF token would do.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "callback-form.1"


@dataclass(frozen=True)
class Stamp:
    """A random nonce, the ids of the statements that were shown, and their language."""

    nonce: str
    statement_ids: tuple[int, ...]
    language: str

    def sign(self, secret: str) -> str:
        """The text for the form's hidden field."""
        return URLSafeSerializer(secret, SALT).dumps([self.nonce, self.statement_ids, self.language])


def new_stamp(statement_ids: Sequence[int], language: str) -> Stamp:
    """A stamp for a fresh form."""
    return Stamp(secrets.token_urlsafe(16), tuple(statement_ids), language)


def read_stamp(text: str, secret: str) -> Stamp | None:
    """The stamp that we signed, or None for anything else."""
    try:
        nonce, statement_ids, language = URLSafeSerializer(secret, SALT).loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return Stamp(nonce, tuple(statement_ids), language)
