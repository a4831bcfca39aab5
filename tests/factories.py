"""A line builds what a test needs."""

import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from intake.callback.abuse import FormBehaviour
from intake.callback.draft import ShownForm, Submission, draft
from intake.callback.outcome import LimitReached
from intake.callback.sameness import CallbackRequest
from intake.callback.submit import submit_together
from intake.config import Clinic
from intake.config.clinic import Consent
from intake.consent.events import ShownStatements
from intake.consent.record import Circumstances
from intake.consent.statements import current_statements
from intake.contacts import parse_phone
from intake.db import Base
from intake.limits import AskedTooOften
from intake.models import ConsentEvent, Lead, OutboxEntry, Purpose, Role, StaffMember, Topic
from intake.reference import new_reference
from intake.staff.account_record import bind_account

PASSWORD_OF_SOMEBODY = (
    "$argon2id$v=19$m=8,t=1,p=1$7/m8xzfn4NUpaF9x+1hBtg$VDs2jZ9PbqijBAmyF1cWzFqpgL8FP9026SCqypFp3jI"
)
"""Nobody knows which: who signs in by `sign_in` never types it."""
ADDRESS_KEY = b"the key of the tests' address hashes"
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def asking_by_submitting(clinic: Clinic) -> Clinic:
    """The clinic as it is where submitting the form is taken for agreement."""
    return clinic.model_copy(update={"consent": Consent(mode="by_submitting")})


def answers(
    *, agreed_to: Collection[Purpose] = (), phone: str = "416 555 0123", **changes: Any
) -> CallbackRequest:
    """Validated answers of a form, Ana's unless told otherwise."""
    values: dict[str, Any] = {
        "name": "Ana O’Neil-Đặng",
        "email": "ana@example.com" if agreed_to else None,
        "consult_with": "physiotherapist",
        "consult_by": "phone",
        "services": (),
        "body_areas": (),
        "what_hurts": None,
        "best_time": "morning",
        "voicemail_ok": False,
        "call_language": "en",
    }
    return CallbackRequest(
        phone=parse_phone(phone), agreed_to=frozenset(agreed_to), **(values | changes)
    )


def shown(
    session: Session, clinic: Clinic, *, nonce: str | None = None, language: str = "en"
) -> ShownForm:
    """A form as the patient had it before them."""
    page = "/" if language == "en" else "/fr/"
    return ShownForm(
        nonce or uuid4().hex,
        ShownStatements(current_statements(session, clinic.key, language), page),
        language,
    )


def submit_callback(
    session: Session,
    request: CallbackRequest,
    form: ShownForm,
    *,
    clinic: Clinic,
    address_key: bytes,
    now: datetime,
    circumstances: Circumstances | None = None,
    manner: FormBehaviour | None = None,
) -> Lead:
    """Store one request in *session*, and return the lead that it became or met. Raises
    `AskedTooOften`.
    """
    drawn = draft(
        Submission(request, form, now, circumstances, manner),
        clinic=clinic,
        address_key=address_key,
    )
    (outcome,) = submit_together(session, [drawn], clinic=clinic, address_key=address_key)
    if isinstance(outcome, LimitReached):
        raise AskedTooOften(outcome.limit)
    return session.get_one(Lead, outcome.lead_id)


numbers = count(200)
"""Above 123: the factory's 123rd person would have the number that `answers` gives where none is
named, and be taken for somebody who pressed twice."""


def staff(
    session: Session, role: Role = Role.ADMIN, *, now: datetime = NOON, **changes: Any
) -> StaffMember:
    """An account that was set up whole: password, second factor."""
    number = next(numbers)
    member = StaffMember(
        **{
            "clinic": "riverside",
            "email": f"{role}{number}@clinic.example",
            "name": f"{role} {number}",
            "role": role,
            "active": True,
            "created_at": now,
            "fs_uniquifier": uuid4().hex,
            "tf_primary_method": "authenticator",
            "password": PASSWORD_OF_SOMEBODY,
        }
        | changes
    )
    session.add(member)
    bind_account(session, member, now=now)
    return member


class Factory:
    """Makes leads through the rule itself, in a session; each has a number of its own unless one is
    given.
    """

    def __init__(
        self, session: Session, clinic: Clinic, *, address_key: bytes = ADDRESS_KEY
    ) -> None:
        self.session, self.clinic, self.address_key = session, clinic, address_key

    def __call__(self, *, now: datetime = NOON, language: str = "en", **changes: Any) -> Lead:
        form = shown(self.session, self.clinic, language=language)
        changes.setdefault("phone", f"416 555 {next(numbers) % 10_000:04}")
        return submit_callback(
            self.session,
            answers(**changes),
            form,
            clinic=self.clinic,
            address_key=self.address_key,
            now=now,
        )


def many_leads(
    session: Session,
    clinic: Clinic,
    number: int,
    *,
    phones: int | None = None,
    now: datetime = NOON,
) -> list[str]:
    """Store *number* requests from *phones* different phones (each its own unless told), and return
    their references.

    Fast: the first one is made through the rule, and the others are copies of what it wrote. Their
    consent events would not stand an audit; these leads are there to be counted.
    """
    first = Factory(session, clinic)(now=now, agreed_to={Purpose.REMINDERS})
    session.flush()
    events = [_copy(event) for event in first.consent_events]
    entry = _copy(
        session.scalars(
            select(OutboxEntry).where(
                OutboxEntry.lead_id == first.id, OutboxEntry.topic == Topic.QUEUE_ROW
            )
        ).one()
    )
    references = {first.ref: None}
    while len(references) < number:
        references[new_reference()] = None
    others = [
        {
            **_copy(first),
            "ref": ref,
            "token": secrets.token_urlsafe(32),
            "submission": secrets.token_bytes(32),
            "consent_key": secrets.token_bytes(32),
            "email_hash": secrets.token_hex(32),
            "name": f"{first.name} {at}",
            "phone": f"+1647{at % (phones or number):07}",
        }
        for at, ref in enumerate([*references][1:])
    ]
    ids = session.scalars(insert(Lead).returning(Lead.id), others).all()
    session.execute(insert(OutboxEntry), [entry | {"lead_id": lead_id} for lead_id in ids])
    session.execute(
        insert(ConsentEvent),
        [
            event | {"lead_id": lead_id, "uid": str(uuid4()), "leaf": secrets.token_bytes(32)}
            for lead_id in ids
            for event in events
        ],
    )
    return list(references)


def _copy(row: Base) -> dict[str, Any]:
    return {
        one.key: getattr(row, one.key)
        for one in inspect(row).mapper.column_attrs
        if one.key != "id"
    }
