"""What is asked for: the lead that a form would have made."""

import random
import secrets
from datetime import datetime

from intake.choices import BEST_TIME, BODY_AREAS, NOT_SURE
from intake.config import Clinic
from intake.consent.token import key_of, token_of
from intake.contacts import address_hash
from intake.demo.fill.people import Somebody
from intake.hours import call_by
from intake.models import Lead

WORDS = {
    "en": (
        "Since I moved house",
        "It started after running",
        "Worse when I sit for long",
        "Fell on the ice",
        "Was told to see somebody",
    ),
    "fr": (
        "Depuis mon déménagement",
        "Après la course à pied",
        "Pire en position assise",
        "Chute sur la glace",
        "On m’a conseillé de consulter",
    ),
}
WITH_WORDS, OTHER_LANGUAGE, VOICEMAIL = 0.35, 0.03, 0.6


def lead_of(
    somebody: Somebody,
    clinic: Clinic,
    chance: random.Random,
    *,
    ref: str,
    address_key: bytes,
    now: datetime,
) -> Lead:
    """Return the request *ref* that *somebody* makes *now*; its secrets are as random as
    anybody's.
    """
    salt = secrets.token_bytes(32)
    other = {"en": "fr", "fr": "en"}[somebody.language]
    return Lead(
        clinic=clinic.key,
        ref=ref,
        token=secrets.token_urlsafe(32),
        submission=secrets.token_bytes(32),
        received_at=now,
        call_by=call_by(clinic, now),
        form_language=somebody.language,
        name=somebody.name,
        phone=somebody.phone,
        phone_extension="",
        phone_typed=somebody.phone[2:],
        email=somebody.email,
        email_hash=address_hash(address_key, somebody.email) if somebody.email else None,
        consult_with=_one_of([one.key for one in clinic.practitioners], chance),
        consult_by=chance.choices((None, "phone", "online"), (1, 6, 3))[0],
        best_time=chance.choice([*BEST_TIME, None]),
        call_language=other if chance.random() < OTHER_LANGUAGE else somebody.language,
        voicemail_ok=chance.random() < VOICEMAIL,
        services=_some_of([one.key for one in clinic.services], chance),
        body_areas=_some_of(list(BODY_AREAS), chance),
        what_hurts=chance.choice(WORDS[somebody.language])
        if chance.random() < WITH_WORDS
        else None,
        salt=salt,
        link_version=0,
        consent_key=key_of(token_of(salt)),
    )


def _one_of(keys: list[str], chance: random.Random) -> str | None:
    """The earlier ones are asked for more often."""
    answers = [*keys, NOT_SURE, None]
    return chance.choices(answers, range(len(answers), 0, -1))[0]


def _some_of(keys: list[str], chance: random.Random) -> list[str]:
    count = chance.choices((0, 1, 2), (2, 6, 2))[0]
    return sorted(chance.sample(keys, min(count, len(keys))), key=keys.index)
