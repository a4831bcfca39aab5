"""The answers that the form offers, in the words of the page."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from intake.choices import (
    BEST_TIME,
    BODY_AREAS,
    CALL_LANGUAGES,
    CONSULT_BY,
    NOT_SURE,
    NOT_SURE_WORDS,
)
from intake.config import Clinic, Offer

Offered = Mapping[str, Sequence[tuple[str, str]]]
"""The answers that may be chosen, each with its label, by field."""


def offered_by(clinic: Clinic, language: str) -> Offered:
    """Return what the form offers in *language*, which is the language of this request."""
    return {
        "consult_with": [
            *_offers(clinic.practitioners, language),
            (NOT_SURE, gettext(NOT_SURE_WORDS)),
        ],
        "consult_by": _said(CONSULT_BY),
        "best_time": _said(BEST_TIME),
        "call_language": list(CALL_LANGUAGES.items()),
        "services": _offers(clinic.services, language),
        "body_areas": _said(BODY_AREAS),
    }


def _offers(offers: Sequence[Offer], language: str) -> list[tuple[str, str]]:
    return [(offer.key, offer.label(language)) for offer in offers]


def _said(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(key, gettext(words)) for key, words in choices.items()]
