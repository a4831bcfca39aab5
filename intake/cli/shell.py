"""The command that opens a Python prompt on the clinic's data: shell."""

import code
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

import intake.models
from intake.cli.group import main
from intake.cli.wiring import clinic_of, database_of, now
from intake.config import Settings

BANNER = (
    "Consult Intake: clinic, database, session (it reads only), now(), and the models, "
    "such as Lead. Ctrl-D ends it.\n"
    "What you look at here stands in no access log; for a patient's data, use the admin "
    "pages. Do not leave it open:\n"
    "while it reads, the files cannot be rewritten after an erasure."
)


class ReadsOnly(Exception):
    """Something was to be kept; the message says how."""


@main.command()
def shell() -> None:
    """Open a Python prompt with clinic, database, a session that reads, now() and the models."""
    settings = Settings.from_environ()
    clinic, database = clinic_of(settings), database_of(settings)
    models = {name: getattr(intake.models, name) for name in intake.models.__all__}
    with database.reading() as session:
        event.listen(session, "before_commit", _refuse)
        given = {"clinic": clinic, "database": database, "session": session, "now": now}
        code.interact(
            banner=BANNER if sys.stdin.isatty() else "", local={**models, **given}, exitmsg=""
        )
    database.dispose()


def _refuse(_: Session) -> None:
    raise ReadsOnly(
        "This session reads only. To change something: with database.writing() as session: …"
    )
