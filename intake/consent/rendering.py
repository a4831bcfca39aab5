"""How the request for consent looks on the form, made without a request and stored once, so that
auditors see it too.

The form's page includes the same template with the same values; only the ticks differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from intake.ledger import Value, append, stamp
from intake.models import Basis, ConsentRendering, ConsentStatement
from intake.templates import environment

TEMPLATE = "consent/_block.html"
KIND = "rendering"
SCHEMA = 1


@dataclass(frozen=True)
class AgreementList:
    """What is agreed to by submitting the form: the line above the list, the list, the paragraphs
    below.
    """

    introduction: str
    items: tuple[ConsentStatement, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """The values of the template: boxes with the conditions that they share, or lists where there
    are no boxes.
    """

    boxes: tuple[ConsentStatement, ...]
    conditions: tuple[str, ...]
    listings: tuple[AgreementList, ...]


def block_of(statements: Sequence[ConsentStatement]) -> Block:
    """Return what the form shows of *statements*; each notice once, however many statements share
    it.
    """
    boxes = tuple(statement for statement in statements if statement.basis is Basis.EXPRESS)
    others = [statement for statement in statements if statement.basis is Basis.IMPLIED]
    return Block(
        boxes=boxes,
        conditions=tuple(line for notice in _notices(boxes) for line in notice.splitlines()),
        listings=tuple(_listing(notice, others) for notice in _notices(others)),
    )


def _notices(statements: Sequence[ConsentStatement]) -> list[str]:
    return list(dict.fromkeys(statement.notice for statement in statements))


def _listing(notice: str, statements: Sequence[ConsentStatement]) -> AgreementList:
    introduction, *conditions = notice.splitlines()
    return AgreementList(
        introduction, tuple(one for one in statements if one.notice == notice), tuple(conditions)
    )


def render_block(statements: Sequence[ConsentStatement], language: str) -> str:
    """The block as it is on a fresh form: nothing is ticked."""
    return (
        environment(language).get_template(TEMPLATE).render(block=block_of(statements), ticked=())
    )


def rendering_sha256(statements: Sequence[ConsentStatement], language: str) -> str | None:
    """Return the hash that identifies the block; None where nothing is asked."""
    return sha256(render_block(statements, language).encode()).hexdigest() if statements else None


def store(
    session: Session, statements: Sequence[ConsentStatement], language: str, *, now: datetime
) -> None:
    """Keep the block of *statements* for good, with a record in the ledger, unless that was done
    before.
    """
    if not statements or is_stored(session, statements, language):
        return
    html = render_block(statements, language)
    rendering = ConsentRendering(
        sha256=sha256(html.encode()).hexdigest(),
        clinic=statements[0].clinic,
        language=language,
        statements=",".join(str(statement.id) for statement in statements),
        html=html,
        published_at=now,
    )
    session.add(rendering)
    append(session, KIND, rendering_facts(rendering), now=now)


def is_stored(session: Session, statements: Sequence[ConsentStatement], language: str) -> bool:
    """Return whether the block of *statements*, as this release shows it, can be looked up
    later.
    """
    return session.get(ConsentRendering, rendering_sha256(statements, language)) is not None


def rendering_facts(rendering: ConsentRendering) -> dict[str, Value]:
    """Return what the ledger's record says of it, by the names that it has there."""
    return {
        "schema": SCHEMA,
        "clinic": rendering.clinic,
        "language": rendering.language,
        "statements": rendering.statements,
        "sha256": rendering.sha256,
        "published_at": stamp(rendering.published_at),
    }
