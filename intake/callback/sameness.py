"""When two requests are the same one: judged by what the answers mean, never by how they were
typed.

A number is the same with and without hyphens, a mailbox is the same in every spelling of its
domain, and spaces say nothing. Everything else that differs is a correction, and a correction is a
request of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from intake.contacts import Phone, address_hash
from intake.ledger import canonical_bytes
from intake.marks import normalized
from intake.models import Lead, Purpose

APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘", "'"))
"""Telephones put in another one than keyboards of computers do."""


@dataclass(frozen=True)
class CallbackRequest:
    """The validated answers of one form."""

    name: str
    phone: Phone
    email: str | None
    consult_with: str | None
    consult_by: str | None
    services: tuple[str, ...]
    body_areas: tuple[str, ...]
    what_hurts: str | None
    best_time: str | None
    voicemail_ok: bool
    call_language: str
    agreed_to: frozenset[Purpose]


def meaning(request: CallbackRequest, address_key: bytes) -> dict[str, str]:
    """Return the answers in canonical form: equal for two requests exactly when they are the
    same.
    """
    return {
        "name": _words(request.name),
        "phone": request.phone.e164,
        "extension": request.phone.extension,
        "email": address_hash(address_key, request.email) if request.email else "",
        "consult_with": request.consult_with or "",
        "consult_by": request.consult_by or "",
        "services": "\n".join(sorted(set(request.services))),
        "body_areas": "\n".join(sorted(set(request.body_areas))),
        "what_hurts": _words(request.what_hurts or ""),
        "best_time": request.best_time or "",
        "voicemail_ok": str(request.voicemail_ok),
        "call_language": request.call_language,
        "agreed_to": "\n".join(sorted(request.agreed_to)),
    }


def submission_digest(nonce: str, answers: dict[str, str]) -> bytes:
    """Digest of nonce and answers. The nonce is random and kept nowhere, so the digest tells
    nothing of the answers.
    """
    return sha256(canonical_bytes({"nonce": nonce, "answers": {**answers}})).digest()


def answers_of(lead: Lead, agreed_to: Collection[Purpose]) -> CallbackRequest:
    """Return what was answered when *lead* was made; what it *agreed_to* stands elsewhere."""
    return CallbackRequest(
        name=lead.name,
        phone=Phone(lead.phone, lead.phone_extension, lead.phone_typed),
        email=lead.email,
        consult_with=lead.consult_with,
        consult_by=lead.consult_by,
        services=tuple(lead.services),
        body_areas=tuple(lead.body_areas),
        what_hurts=lead.what_hurts,
        best_time=lead.best_time,
        voicemail_ok=lead.voicemail_ok,
        call_language=lead.call_language,
        agreed_to=frozenset(agreed_to),
    )


def _words(text: str) -> str:
    return " ".join(normalized("NFKC", text).translate(APOSTROPHES).split())
