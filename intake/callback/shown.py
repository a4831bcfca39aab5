"""What a form that comes back had shown, told by its stamp. Words that were retired since count as they were shown."""

from sqlalchemy.orm import Session

from intake.callback.stamp import Stamp
from intake.callback.submit import FormShown
from intake.consent.events import Asked
from intake.consent.rendering import stored
from intake.consent.statements import statements_shown


def form_shown(session: Session, stamp: Stamp, *, clinic: str, language: str, page: str) -> FormShown | None:
    """The form of *stamp*, which came to *page*; None where it names what *clinic* never showed in *language*."""
    statements = statements_shown(session, clinic, stamp.statement_ids)
    if tuple(statement.id for statement in statements) != stamp.statement_ids:
        return None  # signed with our secret, but of another database or another clinic
    if {stamp.language, *(statement.language for statement in statements)} != {language}:
        return None
    rendering = stored(session, stamp.rendering_sha256)
    return FormShown(stamp.nonce, Asked(statements, page, stamp.shown_at, rendering), language)
