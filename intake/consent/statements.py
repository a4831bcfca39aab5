"""Consent statements: published, versioned, immutable words."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.words import Words, compose
from intake.languages import LANGUAGES
from intake.models import Channel, ConsentStatement, Purpose


def publish(session: Session, clinic: Clinic, *, now: datetime) -> list[ConsentStatement]:
    """Publish the words of every purpose that changed, in all languages together, and return what was added.

    A change in one language makes a new version of both, so that a version means the same in each.
    """
    added: list[ConsentStatement] = []
    for purpose in Purpose:
        proposed = {language: compose(clinic, purpose, language) for language in LANGUAGES}
        current = {language: current_statement(session, clinic.key, purpose, language) for language in LANGUAGES}
        if any(_differs(current[language], proposed[language]) for language in LANGUAGES):
            version = 1 + max((statement.version for statement in current.values() if statement), default=0)
            added += [_statement(clinic, purpose, language, version, proposed[language], now) for language in LANGUAGES]
    session.add_all(added)
    return added


def current_statement(session: Session, clinic: str, purpose: Purpose, language: str) -> ConsentStatement | None:
    """The newest version of the words for *purpose*, or None before the first publication."""
    return session.scalars(
        select(ConsentStatement)
        .where(
            ConsentStatement.clinic == clinic,
            ConsentStatement.purpose == purpose,
            ConsentStatement.channel == Channel.EMAIL,
            ConsentStatement.language == language,
        )
        .order_by(ConsentStatement.version.desc())
        .limit(1)
    ).first()


def current_statements(session: Session, clinic: str, language: str) -> list[ConsentStatement]:
    """The words to show on a form, in the order of the purposes."""
    found = (current_statement(session, clinic, purpose, language) for purpose in Purpose)
    return [statement for statement in found if statement is not None]


def statements_shown(session: Session, clinic: str, ids: Iterable[int]) -> Sequence[ConsentStatement]:
    """The statements with these ids, as a form's stamp names them, whether or not they are still current."""
    return session.scalars(
        select(ConsentStatement)
        .where(ConsentStatement.clinic == clinic, ConsentStatement.id.in_(list(ids)))
        .order_by(ConsentStatement.id)
    ).all()


def is_published(session: Session, clinic: Clinic) -> bool:
    """Whether what forms show today is what the clinic file says today."""
    return not any(
        _differs(current_statement(session, clinic.key, purpose, language), compose(clinic, purpose, language))
        for purpose in Purpose
        for language in LANGUAGES
    )


def count_statements(session: Session, clinic: str) -> int:
    """How many statements were ever published."""
    return session.scalar(select(func.count()).where(ConsentStatement.clinic == clinic)) or 0


def _differs(statement: ConsentStatement | None, words: Words) -> bool:
    return statement is None or statement.sha256 != words.sha256


def _statement(
    clinic: Clinic, purpose: Purpose, language: str, version: int, words: Words, now: datetime
) -> ConsentStatement:
    return ConsentStatement(
        clinic=clinic.key, purpose=purpose, channel=Channel.EMAIL, language=language, version=version,
        box=words.box, hint=words.hint, notice=words.notice, sha256=words.sha256, published_at=now,
    )  # fmt: skip
