"""The languages of the house, and their words outside of a web request."""

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

LANGUAGES = ("en", "fr")
LOCALES = {"en": "en_CA", "fr": "fr_CA"}
FOLDER = Path(__file__).parent / "translations"

Translate = Callable[[str], str]


@cache
def catalogue(language: str) -> NullTranslations:
    """Our messages in *language* ("en" or "fr")."""
    return Translations.load(FOLDER, [LOCALES[language]])


def translator(language: str) -> Translate:
    """Return the function that says a message of ours in *language* ("en" or "fr"); English is what
    the code holds.
    """
    return catalogue(language).gettext


def mark(message: str) -> str:
    """Say that *message* is to be collected for translation, and leave it as it is (`translator`
    says it later).
    """
    return message
