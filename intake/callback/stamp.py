"""The stamp of a form: which form it is, which words it showed and when, signed, so that no session
is needed to know.

It has no time limit: a person may take as long as they need (WCAG 2.2 SC 2.2.1). Being in the form
itself it works without cookies. There is no login that another site could abuse here, so it also
does what a CSRF token would do.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeSerializer

SALT = "callback-form.3"
FORMER_SALTS = ("callback-form.2", "callback-form.1")
"""Earlier releases signed JSON, the first one without the time and the look. Their forms may still
be open.
"""
BETWEEN, IDS = "~", "-"
"""What separates the values of a stamp, and the ids in one of them; neither occurs in a value."""


@dataclass(frozen=True)
class Stamp:
    """A random nonce, the ids of the statements that were shown, their language, since when, and
    how they looked.
    """

    nonce: str
    statement_ids: tuple[int, ...]
    language: str
    shown_at: datetime | None = None
    """To the second; None where a former release showed the form."""
    rendering_sha256: str | None = None
    """The hash of the block that was on screen (`consent.rendering`)."""

    def sign(self, secret: str) -> str:
        """Return the text for the form's hidden field."""
        seconds = str(int(self.shown_at.timestamp())) if self.shown_at else ""
        ids = IDS.join(map(str, self.statement_ids))
        said = BETWEEN.join((self.nonce, ids, self.language, seconds, self.rendering_sha256 or ""))
        return _signer(secret).sign(said).decode()

    def renewed(self) -> "Stamp":
        """Return a stamp of the same form, shown since the same time, that is not counted together
        with this one.
        """
        return replace(self, nonce=_nonce())


def new_stamp(statement_ids: Sequence[int], language: str, *, now: datetime) -> Stamp:
    """Return a stamp for a fresh form."""
    return Stamp(_nonce(), tuple(statement_ids), language, now)


def read_stamp(text: str, secret: str) -> Stamp | None:
    """Return the stamp that we signed, now or by a former release, or None for anything else."""
    try:
        nonce, ids, language, seconds, rendering = (
            _signer(secret).unsign(text).decode().split(BETWEEN)
        )
    except (BadSignature, ValueError):
        return _former_stamp(text, secret)
    shown_at = datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    return Stamp(
        nonce,
        tuple(int(one) for one in ids.split(IDS) if one),
        language,
        shown_at,
        rendering or None,
    )


def _former_stamp(text: str, secret: str) -> Stamp | None:
    for salt in FORMER_SALTS:
        try:
            said: list[Any] = URLSafeSerializer(secret, salt).loads(text)
        except (BadSignature, ValueError):
            continue
        nonce, statement_ids, language, seconds, rendering = (*said, None, None)[:5]
        shown_at = datetime.fromtimestamp(seconds, UTC) if seconds else None
        return Stamp(nonce, tuple(statement_ids), language, shown_at, rendering)
    return None


def _nonce() -> str:
    return secrets.token_urlsafe(16)


@lru_cache(4)
def _signer(secret: str) -> Signer:
    return Signer(secret, SALT)
