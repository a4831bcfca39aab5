"""What every request for consent must say (SOR/2012-36 s. 4), looked for in the words themselves
before publishing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from intake.config import Clinic, ConfigError
from intake.consent.wording import WITHDRAWAL, Words, basis_of
from intake.contacts import show_phone
from intake.languages import translator
from intake.models import Basis, Purpose

LANGUAGE_NAMES = {"en": "English", "fr": "French"}


class Unpublishable(ConfigError):
    """The words lack something that must be said; each sentence names one such thing, the law and
    the remedy.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("Not published: " + " ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class Duty:
    """One thing that must be said, where that stands, and what to do when it is missing."""

    what: str
    law: str
    remedy: str
    is_said: Callable[[Clinic, Words, str], bool]


def _says(text: str, notice: str) -> bool:
    return bool(text.strip()) and text in notice


def _names_senders(clinic: Clinic, words: Words, _: str) -> bool:
    names = [sender.name for sender in clinic.senders]
    names += [sender.on_behalf_of for sender in clinic.senders if sender.on_behalf_of is not None]
    return bool(names) and all(_says(name, words.notice) for name in names)


def _gives_address(clinic: Clinic, words: Words, _: str) -> bool:
    where = clinic.address
    parts = (where.street, where.city, where.province, where.postal_code)
    return all(part.strip() for part in parts) and _says(where.line, words.notice)


def _gives_contact(clinic: Clinic, words: Words, _: str) -> bool:
    phone = clinic.phones.reception
    contacts = (show_phone(phone) if phone else "", clinic.email, str(clinic.web))
    return any(_says(contact, words.notice) for contact in contacts)


def _tells_of_withdrawal(_: Clinic, words: Words, language: str) -> bool:
    sentence = translator(language)(WITHDRAWAL)
    return _says(sentence, words.notice) and (language == "en" or sentence != WITHDRAWAL)


def _keeps_its_lines(clinic: Clinic, words: Words, _: str) -> bool:
    paragraphs = 3 if basis_of(clinic) is Basis.IMPLIED else 2
    expected = (1, 1, paragraphs)
    lines = [part.splitlines() for part in words.parts]
    return tuple(map(len, lines)) == expected and all(
        line.strip() for part in lines for line in part
    )


DUTIES = (
    Duty(
        "the sender’s name",
        "SOR/2012-36 s. 4(a), (b)",
        "name each of [[senders]] in the clinic file",
        _names_senders,
    ),
    Duty(
        "the postal address",
        "SOR/2012-36 s. 4(d)",
        "complete [address] in the clinic file",
        _gives_address,
    ),
    Duty(
        "a phone number, email or web address",
        "SOR/2012-36 s. 4(d)",
        "give phones.reception, email or web in the clinic file",
        _gives_contact,
    ),
    Duty(
        "the sentence on withdrawal",
        "SOR/2012-36 s. 4(e)",
        "restore it in consent/wording.py and its translation",
        _tells_of_withdrawal,
    ),
    Duty(
        "a text of one line for each paragraph",
        "so that a hash stands for one way to show it",
        "write each name in the clinic file on one line",
        _keeps_its_lines,
    ),
)


def missing(clinic: Clinic, words: Words, language: str) -> list[Duty]:
    """Return what *words* do not say though they must."""
    return [duty for duty in DUTIES if not duty.is_said(clinic, words, language)]


def require_complete(clinic: Clinic, proposed: Mapping[tuple[Purpose, str], Words]) -> None:
    """Raise `Unpublishable`, naming all that is missing, unless each of the *proposed* words says
    what it must.
    """
    lacking: dict[Duty, set[str]] = {}
    for (_, language), words in proposed.items():
        for duty in missing(clinic, words, language):
            lacking.setdefault(duty, set()).add(language)
    if lacking:
        raise Unpublishable([_sentence(duty, found) for duty, found in lacking.items()])


def _sentence(duty: Duty, languages: set[str]) -> str:
    where = " and ".join(LANGUAGE_NAMES[language] for language in sorted(languages))
    return f"{duty.what} is missing in {where} ({duty.law}); {duty.remedy}."
