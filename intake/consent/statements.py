"""Consent statements: published, versioned, immutable words."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from intake.ledger import Value, stamp
from intake.models import Channel, ConsentStatement, Purpose

KIND = "statement"
SCHEMA = 1
ORDER = list(Purpose)


def current_statement(
    session: Session, clinic: str, purpose: Purpose, language: str
) -> ConsentStatement | None:
    """Return the newest version of the words for *purpose*, or None before the first
    publication.
    """
    found = current_statements(session, clinic, language)
    return next((statement for statement in found if statement.purpose is purpose), None)


def current_statements(session: Session, clinic: str, language: str) -> list[ConsentStatement]:
    """Return the words to show on a form, in the order of the purposes; one question, so that all
    are of one publication.
    """
    which = (
        ConsentStatement.clinic == clinic,
        ConsentStatement.channel == Channel.EMAIL,
        ConsentStatement.language == language,
    )
    newest = select(ConsentStatement.purpose, func.max(ConsentStatement.version)).where(*which)
    version = tuple_(ConsentStatement.purpose, ConsentStatement.version)
    found = session.scalars(
        select(ConsentStatement).where(
            *which, version.in_(newest.group_by(ConsentStatement.purpose))
        )
    )
    return sorted(found, key=lambda statement: ORDER.index(statement.purpose))


def statements_shown(
    session: Session, clinic: str, ids: Iterable[int]
) -> Sequence[ConsentStatement]:
    """Return the statements with these ids and in their order, as a form's stamp names them,
    whether or not still current.

    An id that is none of the clinic's is left out.
    """
    wanted = list(ids)
    found = session.scalars(
        select(ConsentStatement).where(
            ConsentStatement.clinic == clinic, ConsentStatement.id.in_(wanted)
        )
    )
    return sorted(found, key=lambda statement: wanted.index(statement.id))


def statements_of(session: Session, clinic: str) -> Sequence[ConsentStatement]:
    """Return every version of the clinic's words, the newest first."""
    return session.scalars(
        select(ConsentStatement)
        .where(ConsentStatement.clinic == clinic)
        .order_by(
            ConsentStatement.purpose, ConsentStatement.version.desc(), ConsentStatement.language
        )
    ).all()


def count_statements(session: Session, clinic: str) -> int:
    """Return how many statements were ever published."""
    return session.scalar(select(func.count()).where(ConsentStatement.clinic == clinic)) or 0


def statement_facts(statement: ConsentStatement) -> dict[str, Value]:
    """Return what the ledger's record says of a publication, by the names that it has there. The
    words stand behind a hash.
    """
    return {
        "schema": SCHEMA,
        "clinic": statement.clinic,
        "purpose": statement.purpose,
        "channel": statement.channel,
        "language": statement.language,
        "version": statement.version,
        "basis": statement.basis,
        "sha256": statement.sha256,
        "published_at": stamp(statement.published_at),
    }
