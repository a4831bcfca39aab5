"""What the consent page tells: what was agreed to, refused or withdrawn, in which words, and what
can be undone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.config import Clinic
from intake.consent.fold import ConsentState
from intake.consent.person_consent import PersonConsent
from intake.consent.receipts import Answered, receipt_of
from intake.consent.undo import undoable
from intake.contacts import masked
from intake.hours import dated
from intake.models import Basis, ConsentEvent, Decision, Purpose


class State(StrEnum):
    """How a purpose stands, as the page has words for it."""

    AGREED = "agreed"
    IMPLIED = "implied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    INVALID = "invalid"


@dataclass(frozen=True)
class PurposeChoice:
    """One purpose. Times are in words, on the clinic's wall clock."""

    purpose: Purpose
    words: str
    hint: str
    state: State
    since: str
    undo: str
    """The withdrawal that a button takes back; "" where there is none."""
    answer: Answered


@dataclass(frozen=True)
class Preferences:
    """The page's values. Of the person it holds what its owner alone recognises."""

    language: str
    reference: str
    asked_at: str
    address: str
    lines: tuple[PurposeChoice, ...]
    notices: tuple[tuple[str, ...], ...]
    """Who asked and how to withdraw, as it was shown; in paragraphs."""
    is_verified: bool
    stopped_since: str
    """When the last of everything was stopped; "" as long as something is not."""

    @property
    def receives_something(self) -> bool:
        """Whether any agreement stands."""
        return any(line.state in {State.AGREED, State.IMPLIED} for line in self.lines)

    @property
    def undo_all(self) -> str:
        """The withdrawals that can be taken back together."""
        return ",".join(line.undo for line in self.lines if line.undo)


def preferences_of(consent: PersonConsent, clinic: Clinic) -> Preferences:
    """Return what the page of a request tells, in the language of its form."""
    lead, receipt, taken_back = consent.lead, receipt_of(consent), undoable(consent)
    language = lead.form_language
    lines = tuple(
        _line(answer, taken_back.get((answer.purpose, answer.channel)), clinic, language)
        for answer in receipt.answers
    )
    notices = dict.fromkeys(answer.notice for answer in receipt.answers)
    return Preferences(
        language=language,
        reference=receipt.reference,
        asked_at=dated(receipt.made_at, clinic, language),
        address=masked(lead.email) if lead.email else "",
        lines=lines,
        notices=tuple(tuple(notice.splitlines()) for notice in notices),
        is_verified=consent.is_verified,
        stopped_since=_stopped_since(
            [answer.standing for answer in receipt.answers], clinic, language
        ),
    )


def _line(
    answer: Answered, withdrawal: ConsentEvent | None, clinic: Clinic, language: str
) -> PurposeChoice:
    standing = answer.standing
    return PurposeChoice(
        purpose=answer.purpose,
        words=answer.words,
        hint=answer.hint,
        state=_state(standing),
        since=dated(standing.since if standing else answer.at, clinic, language),
        undo=withdrawal.uid if withdrawal else "",
        answer=answer,
    )


def _state(standing: ConsentState | None) -> State:
    if standing is None:
        return State.INVALID
    if standing.is_given:
        return State.AGREED if standing.basis is Basis.EXPRESS else State.IMPLIED
    return {Decision.REFUSED: State.REFUSED, Decision.WITHDRAWN: State.WITHDRAWN}.get(
        standing.decision, State.INVALID
    )


def _stopped_since(stands: list[ConsentState | None], clinic: Clinic, language: str) -> str:
    stopped: list[datetime] = [
        one.since for one in stands if one and one.decision is Decision.WITHDRAWN
    ]
    return dated(max(stopped), clinic, language) if stopped and len(stopped) == len(stands) else ""
