"""Publish the clinic's words: only where they changed, only when they say what the law asks for, in
all languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.config import Clinic, ConfigError
from intake.consent.rendering import is_stored, store
from intake.consent.requirements import require_complete
from intake.consent.statements import KIND, current_statements, statement_facts
from intake.consent.wording import Words, basis_of, compose
from intake.languages import LANGUAGES
from intake.ledger import append
from intake.models import Basis, Channel, ConsentStatement, Purpose


class PublishedMeanwhile(ConfigError):
    """Somebody else published at the same moment."""


@dataclass(frozen=True)
class Change:
    """The words of one purpose in one language that would be published, and what stands there until
    then.
    """

    purpose: Purpose
    language: str
    version: int
    basis: Basis
    words: Words
    before: ConsentStatement | None


def changes(session: Session, clinic: Clinic) -> list[Change]:
    """Return what publishing would add. Raises `Unpublishable` when something that must be said is
    missing.

    A change in one language makes a new version of both, so that a version means the same in each.
    So does a change in the way of asking.
    """
    proposed = {
        (purpose, language): compose(clinic, purpose, language)
        for purpose in Purpose
        for language in LANGUAGES
    }
    require_complete(clinic, proposed)
    current = _current(session, clinic)
    found: list[Change] = []
    for purpose in Purpose:
        before = {language: current.get((purpose, language)) for language in LANGUAGES}
        if any(
            _differs(before[language], proposed[purpose, language], clinic)
            for language in LANGUAGES
        ):
            version = 1 + max((one.version for one in before.values() if one), default=0)
            found += [
                Change(
                    purpose,
                    language,
                    version,
                    basis_of(clinic),
                    proposed[purpose, language],
                    before[language],
                )
                for language in LANGUAGES
            ]
    return found


def digest_of(proposed: Sequence[Change]) -> str:
    """Return what a proposal is known by: of all of its words, and of those that they would
    replace.
    """
    lines = [
        f"{one.purpose} {one.language} {one.version} {one.basis} {one.words.sha256} "
        f"{one.before.sha256 if one.before else '-'}"
        for one in proposed
    ]
    return sha256("\n".join(lines).encode()).hexdigest()


def publish(session: Session, clinic: Clinic, *, now: datetime) -> list[ConsentStatement]:
    """Publish what `changes` says and return it; store how the form's request for consent looks,
    where that changed.

    Each statement gets a record in the ledger, so that nobody can say later that other words were
    published. Who published is recorded by `staff.publish_words`.
    """
    added = [_statement(clinic, change, now) for change in changes(session, clinic)]
    try:
        _store(session, clinic, added, now)
    except IntegrityError:
        message = (
            "Somebody else published at the same moment; look at what is published now, and "
            "try again."
        )
        raise PublishedMeanwhile(message) from None
    return added


def is_published(session: Session, clinic: Clinic) -> bool:
    """Return whether what forms show today is what the clinic file says today, and how it looks is
    stored.
    """
    current = _current(session, clinic)
    return all(
        not _differs(current.get((purpose, language)), compose(clinic, purpose, language), clinic)
        for purpose in Purpose
        for language in LANGUAGES
    ) and all(
        is_stored(session, current_statements(session, clinic.key, language), language)
        for language in LANGUAGES
    )


def _store(
    session: Session, clinic: Clinic, added: Sequence[ConsentStatement], now: datetime
) -> None:
    session.add_all(added)
    session.flush()
    for statement in added:
        append(session, KIND, statement_facts(statement), now=now)
    for language in LANGUAGES:
        store(session, current_statements(session, clinic.key, language), language, now=now)
    session.flush()


def _current(session: Session, clinic: Clinic) -> dict[tuple[Purpose, str], ConsentStatement]:
    return {
        (statement.purpose, language): statement
        for language in LANGUAGES
        for statement in current_statements(session, clinic.key, language)
    }


def _differs(statement: ConsentStatement | None, words: Words, clinic: Clinic) -> bool:
    return (
        statement is None
        or statement.sha256 != words.sha256
        or statement.basis is not basis_of(clinic)
    )


def _statement(clinic: Clinic, change: Change, now: datetime) -> ConsentStatement:
    return ConsentStatement(
        clinic=clinic.key,
        purpose=change.purpose,
        channel=Channel.EMAIL,
        language=change.language,
        version=change.version,
        box=change.words.box,
        hint=change.words.hint,
        notice=change.words.notice,
        sha256=change.words.sha256,
        basis=change.basis,
        published_at=now,
    )
