"""What a form that comes back had shown, told by its stamp. Words that were retired since count as
they were shown.
"""

from intake.callback.draft import ShownForm
from intake.callback.stamp import Stamp
from intake.consent.events import ShownStatements
from intake.consent.published import PublishedWords


def read_shown_form(
    words: PublishedWords, stamp: Stamp, *, language: str, page: str
) -> ShownForm | None:
    """Return the form of *stamp*, which came to *page*; None where it names what the clinic never
    showed in *language*.
    """
    statements = words.shown(stamp.statement_ids)
    found = [statement.id for statement in statements]
    if tuple(found) != stamp.statement_ids or len(found) != len(set(found)):
        return None  # signed with our secret, but of another database or another clinic
    if {stamp.language, *(statement.language for statement in statements)} != {language}:
        return None
    rendering = words.stored_rendering(stamp.rendering_sha256)
    return ShownForm(
        stamp.nonce, ShownStatements(statements, page, stamp.shown_at, rendering), language
    )
