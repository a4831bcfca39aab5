"""A line builds what a test needs."""

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from intake.callback.submit import CallbackRequest, FormShown, submit_callback
from intake.config import Clinic
from intake.consent.statements import current_statements
from intake.contacts import parse_phone
from intake.models import Lead, Purpose

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def answers(*, agreed_to: Collection[Purpose] = (), phone: str = "416 555 0123", **changes: Any) -> CallbackRequest:
    """Validated answers of a form, Ana's unless told otherwise."""
    values: dict[str, Any] = {
        "name": "Ana O’Neil-Đặng", "email": "ana@example.com" if agreed_to else None, "consult_with": "physiotherapist",
        "consult_by": "phone", "services": (), "body_areas": (), "what_hurts": None, "best_time": "morning",
        "voicemail_ok": False, "call_language": "en",
    }  # fmt: skip
    return CallbackRequest(phone=parse_phone(phone), agreed_to=frozenset(agreed_to), **(values | changes))


def shown(session: Session, clinic: Clinic, *, nonce: str | None = None, language: str = "en") -> FormShown:
    """A form as the patient had it before them."""
    page = "/" if language == "en" else "/fr/"
    return FormShown(nonce or uuid4().hex, current_statements(session, clinic.key, language), language, page)


numbers = count(1)


class Factory:
    """Makes leads through the rule itself, in a session; each has a number of its own unless one is given."""

    def __init__(self, session: Session, clinic: Clinic) -> None:
        self.session, self.clinic = session, clinic

    def __call__(self, *, now: datetime = NOON, language: str = "en", **changes: Any) -> Lead:
        form = shown(self.session, self.clinic, language=language)
        changes.setdefault("phone", f"416 555 {next(numbers) % 10_000:04}")
        return submit_callback(self.session, answers(**changes), form, clinic=self.clinic, now=now)
