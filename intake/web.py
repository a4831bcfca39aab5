"""What every view shares: the house of this request, its clock, its transactions and its
language.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, request
from flask_babel import refresh
from sqlalchemy.orm import Session

from intake.config import Clinic, Settings
from intake.db import Database
from intake.languages import LOCALES

KEY = "intake"


@dataclass(frozen=True)
class Installation:
    """What one application was made with."""

    settings: Settings
    clinic: Clinic
    database: Database
    clock: Callable[[], datetime]
    secret: str


def installation() -> Installation:
    """Return the house of the application that answers this request."""
    found: Installation = current_app.extensions[KEY]
    return found


def clinic() -> Clinic:
    """Return the clinic of this request."""
    return installation().clinic


def now() -> datetime:
    """Return the present instant, from the clock that the application was given."""
    return installation().clock()


def reading() -> AbstractContextManager[Session]:
    """Return a session for questions."""
    return installation().database.reading()


def transaction() -> AbstractContextManager[Session]:
    """Return a session in one transaction, committed when the block ends and rolled back when it
    raises.
    """
    return installation().database.writing()


def language() -> str:
    """Return the language of this page: the one a view chose, else the one its address stands
    for.
    """
    chosen: str | None = g.get("language")
    return chosen or ("fr" if request.path == "/fr" or request.path.startswith("/fr/") else "en")


def use_language(chosen: str) -> None:
    """Have the rest of this request say everything in the *chosen* language."""
    g.language = chosen
    refresh()


def locale() -> str:
    """Return the locale of this page, for Flask-Babel."""
    return LOCALES[language()]
