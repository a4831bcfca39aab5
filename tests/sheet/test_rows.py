"""What the row says."""

from intake.consent.fold import ConsentState
from intake.models import Basis, Channel, Decision, Purpose
from intake.sheet.queue.rows import consent_words
from tests.conftest import NOON


def stands(**said):
    return {
        (Purpose(purpose), Channel.EMAIL): ConsentState(decision, basis, NOON, 1, False)
        for purpose, (decision, basis) in said.items()
    }


def test_consent_is_said_in_a_few_words():
    agreed, implied = (Decision.GIVEN, Basis.EXPRESS), (Decision.GIVEN, Basis.IMPLIED)
    refused, withdrawn = (Decision.REFUSED, Basis.EXPRESS), (Decision.WITHDRAWN, Basis.EXPRESS)

    assert consent_words({}) == "None"
    assert consent_words(stands(news=refused, reminders=refused)) == "None"
    assert consent_words(stands(news=agreed, reminders=agreed, care=refused)) == "Reminders, News"
    assert (
        consent_words(stands(reminders=implied, care=agreed)) == "Reminders (implied), Care plans"
    )
    assert consent_words(stands(news=withdrawn, reminders=agreed)) == "Reminders; withdrawn: News"
    assert (
        consent_words(stands(news=withdrawn, reminders=withdrawn))
        == "None; withdrawn: Reminders, News"
    )
