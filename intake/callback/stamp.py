"""The stamp of a form: which form it is, which words it showed and when, signed, so that no session is needed to know.

It has no time limit: a person may take as long as they need (WCAG 2.2 SC 2.2.1). Being in the form itself it works
without cookies. There is no login that another site could abuse here, so it also does what a CSRF token would do.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "callback-form.2"
FORMER_SALT = "callback-form.1"
"""Of releases that did not yet note the time and the look. Their forms may be open for as long as people like."""


@dataclass(frozen=True)
class Stamp:
    """A random nonce, the ids of the statements that were shown, their language, since when, and how they looked."""

    nonce: str
    statement_ids: tuple[int, ...]
    language: str
    shown_at: datetime | None = None
    """To the second; None where a former release showed the form."""
    rendering_sha256: str | None = None
    """Of the block that was on screen (`consent.rendering`)."""

    def sign(self, secret: str) -> str:
        """The text for the form's hidden field."""
        seconds = int(self.shown_at.timestamp()) if self.shown_at else None
        said = [self.nonce, self.statement_ids, self.language, seconds, self.rendering_sha256]
        return URLSafeSerializer(secret, SALT).dumps(said)

    def renewed(self) -> "Stamp":
        """Return a stamp of the same form, shown since the same time, that is not counted together with this one."""
        return replace(self, nonce=_nonce())


def new_stamp(statement_ids: Sequence[int], language: str, *, now: datetime) -> Stamp:
    """A stamp for a fresh form."""
    return Stamp(_nonce(), tuple(statement_ids), language, now)


def read_stamp(text: str, secret: str) -> Stamp | None:
    """The stamp that we signed, now or by a former release, or None for anything else."""
    said = _signed(text, secret, SALT) or _signed(text, secret, FORMER_SALT)
    if said is None:
        return None
    nonce, statement_ids, language, seconds, rendering = (*said, None, None)[:5]
    shown_at = datetime.fromtimestamp(seconds, UTC) if seconds else None
    return Stamp(nonce, tuple(statement_ids), language, shown_at, rendering)


def _nonce() -> str:
    return secrets.token_urlsafe(16)


def _signed(text: str, secret: str, salt: str) -> list[Any] | None:
    try:
        said: list[Any] = URLSafeSerializer(secret, salt).loads(text)
    except (BadSignature, ValueError):
        return None
    return said
