"""The receipt of a request."""

import pytest
from sqlalchemy import select

from intake.consent.person_consent import consent_of
from intake.consent.receipts import receipt_of
from intake.consent.record import Manner
from intake.consent.statements import current_statement
from intake.consent.token import lead_behind
from intake.models import Decision, LedgerEntry, Purpose
from tests.consent.telling import NOON, happens


def test_it_says_what_was_agreed_to_and_refused_in_which_words_and_under_which_record(
    session, clinic, lead
):
    ana = lead(agreed_to={Purpose.NEWS}, language="fr")

    receipt = receipt_of(consent_of(session, ana))

    assert (receipt.reference, receipt.language, receipt.made_at) == (ana.ref, "fr", NOON)
    assert lead_behind(session, receipt.token, clinic.key) is ana
    assert [answer.decision for answer in receipt.answers] == [
        Decision.REFUSED,
        Decision.REFUSED,
        Decision.GIVEN,
    ]
    news, words = receipt.answers[-1], current_statement(session, clinic.key, Purpose.NEWS, "fr")
    assert (news.words, news.hint, news.notice) == (words.box, words.hint, words.notice)
    assert (news.statement_version, news.statement_sha256) == (1, words.sha256)
    assert (news.method, news.default_state, news.at) == ("checkbox", "unticked", NOON)
    entry = session.scalars(
        select(LedgerEntry).where(LedgerEntry.leaf == bytes.fromhex(news.leaf))
    ).one()
    assert news.event in entry.canonical.decode()


def test_it_says_what_stands_now_beside_what_was_answered(session, lead):
    ana = lead(agreed_to={Purpose.NEWS, Purpose.REMINDERS})
    happens(session, ana, Decision.WITHDRAWN, Purpose.NEWS)

    answers = {answer.purpose: answer for answer in receipt_of(consent_of(session, ana)).answers}

    assert answers[Purpose.NEWS].decision is Decision.GIVEN
    assert answers[Purpose.NEWS].standing.decision is Decision.WITHDRAWN
    assert answers[Purpose.REMINDERS].standing.is_given


def test_agreeing_again_is_an_answer_like_any_other(session, lead):
    ana = lead(email="ana@example.com")
    form = Manner("checkbox", "checkbox", "unticked", "form", "patient", "/")
    happens(session, ana, Decision.RENEWED, Purpose.NEWS, manner=form)

    last = receipt_of(consent_of(session, ana)).answers[-1]

    assert (last.decision, last.standing.decision) == (Decision.GIVEN, Decision.GIVEN)


def test_it_is_the_same_each_time_and_tells_nobody_who_it_is(session, lead):
    ana, ben = lead(agreed_to={Purpose.NEWS}), lead(agreed_to={Purpose.NEWS})

    receipt = receipt_of(consent_of(session, ana))

    assert receipt == receipt_of(consent_of(session, ana))
    assert receipt.id.version == 4
    assert len({receipt.id, receipt_of(consent_of(session, ben)).id}) == 2
    assert len({receipt.subject, receipt_of(consent_of(session, ben)).subject}) == 2
    for personal in (ana.name, ana.phone, ana.email):
        assert personal not in str(receipt)


def test_with_the_salt_the_receipt_is_gone(session, lead):
    ana = lead(agreed_to={Purpose.NEWS})
    ana.salt = None

    with pytest.raises(ValueError, match="erased"):
        receipt_of(consent_of(session, ana))
