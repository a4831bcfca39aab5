"""Correcting what a person said, and what a new address may and may not take over."""

import pytest

from intake.consent.person_consent import consent_of
from intake.consent.reconcile import reconcile
from intake.consent.record import Manner
from intake.consent.suppression import suppressed
from intake.consent.token import THIS_ADDRESS, lead_behind, link_token, token_of
from intake.consent.verification import is_code_of, verify
from intake.consent.withdraw import withdraw
from intake.contacts import address_hash
from intake.models import Decision, Purpose, Topic
from intake.privacy.correct import correct, corrections_of
from intake.privacy.find import NotDone
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY
from tests.privacy.held import ADMIN, ONE_ENGINE, lead_entries

BY_PHONE = Manner("phone", "none", "none", "staff", "staff", "")
OLD, NEW = "ana@exmaple.com", "ana@example.com"


def put(session, lead, field, value, reason="she rang"):
    correction = correct(
        session,
        lead,
        field,
        value,
        ADMIN,
        reason=reason,
        address_key=ADDRESS_KEY,
        endpoint="privacy_desk.correct",
        now=NOON,
    )
    session.flush()
    return correction


def decisions(session, lead):
    return {key[0]: one.decision for key, one in consent_of(session, lead).stands.items()}


@ONE_ENGINE
@pytest.mark.parametrize(
    ("field", "typed", "stands"),
    [
        ("name", "  Ana   Nowak ", "Ana Nowak"),
        ("phone", "613 555 0199 ext 7", "+16135550199 ext. 7"),
        ("voicemail_ok", "Yes", "yes"),
        ("call_language", "fr", "fr"),
        ("what_hurts", "a knee", "a knee"),
    ],
)
def test_a_field_is_corrected_and_what_stood_there_is_kept(session, lead, field, typed, stands):
    ana = lead()

    correction = put(session, ana, field, typed)

    assert corrections_of(session, ana) == [correction]
    assert (correction.after, correction.by, correction.reason) == (
        stands,
        ADMIN.called,
        "she rang",
    )
    assert correction.before != stands
    if field == "phone":
        assert (ana.phone, ana.phone_extension) == ("+16135550199", "7")


@ONE_ENGINE
@pytest.mark.parametrize(
    ("field", "typed", "reason", "said"),
    [
        ("name", "", "x", "full name"),
        ("phone", "12", "x", "area code"),
        ("email", "ana@", "x", "like name@example.com"),
        ("call_language", "de", "x", "one of en, fr"),
        ("voicemail_ok", "maybe", "x", "yes or no"),
        ("salt", "x", "x", "Select what"),
        ("name", "Ana", " ", "Say why"),
        ("voicemail_ok", "no", "x", "says so already"),
        ("what_hurts", "x" * 501, "x", "500 characters"),
    ],
)
def test_what_cannot_be_right_is_refused_with_what_to_type(
    session, lead, field, typed, reason, said
):
    with pytest.raises(NotDone, match=said):
        put(session, lead(), field, typed, reason)


def test_a_new_address_takes_over_no_agreement_and_no_confirmation(session, lead, clinic):
    ana = lead(email=OLD, agreed_to={Purpose.NEWS})
    verify(session, ana, page="/consent", now=NOON)
    assert decisions(session, ana)[Purpose.NEWS] is Decision.GIVEN

    put(session, ana, "email", NEW)

    assert ana.email_hash == address_hash(ADDRESS_KEY, NEW)
    assert decisions(session, ana)[Purpose.NEWS] is Decision.INVALIDATED
    assert not consent_of(session, ana).is_verified
    assert list(reconcile(session, clinic.key)) == []
    assert verify(session, ana, page="/consent", now=NOON), "the new address can be confirmed"
    assert decisions(session, ana)[Purpose.NEWS] is Decision.INVALIDATED


@ONE_ENGINE
def test_links_in_mails_to_the_former_address_end_and_what_waits_is_not_sent(session, lead, clinic):
    ana = lead(email=OLD, agreed_to={Purpose.NEWS})
    former, code = token_of(ana.salt), token_of(ana.salt, THIS_ADDRESS)
    session.flush()

    put(session, ana, "email", NEW)

    assert lead_behind(session, former, clinic.key) is None
    assert lead_behind(session, link_token(ana), clinic.key) is ana
    assert not is_code_of(ana, code)
    assert is_code_of(ana, link_token(ana, THIS_ADDRESS))
    mails = [entry for entry in lead_entries(session, ana) if entry.topic is Topic.ACKNOWLEDGEMENT]
    assert [entry.problem for entry in mails] == ["The address was corrected."]


def test_a_no_goes_along_to_the_new_address(session, lead, clinic):
    ana = lead(email=OLD, agreed_to={Purpose.NEWS, Purpose.CARE})
    withdraw(
        session, ana, {Purpose.NEWS}, BY_PHONE, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )

    put(session, ana, "email", NEW)

    assert decisions(session, ana) == {
        Purpose.NEWS: Decision.WITHDRAWN,
        Purpose.CARE: Decision.INVALIDATED,
        Purpose.REMINDERS: Decision.REFUSED,
    }
    assert suppressed(session, ana) == {Purpose.NEWS}
    assert list(reconcile(session, clinic.key)) == []


def test_what_the_owner_of_the_new_address_agreed_to_stands(session, lead):
    owner = lead(email=NEW, agreed_to={Purpose.NEWS})
    ana = lead(email=OLD, agreed_to={Purpose.CARE})

    put(session, ana, "email", NEW)

    assert decisions(session, owner)[Purpose.NEWS] is Decision.GIVEN
    assert decisions(session, owner)[Purpose.CARE] is not Decision.GIVEN


def test_other_requests_with_the_former_address_keep_what_was_withdrawn(session, lead, clinic):
    ana, other = (lead(email=OLD, agreed_to={Purpose.NEWS}) for _ in range(2))
    withdraw(
        session, ana, {Purpose.NEWS}, BY_PHONE, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )
    session.flush()

    put(session, ana, "email", "")

    assert (ana.email, ana.email_hash) == (None, None)
    assert decisions(session, other)[Purpose.NEWS] is Decision.WITHDRAWN
    assert list(reconcile(session, clinic.key)) == []
