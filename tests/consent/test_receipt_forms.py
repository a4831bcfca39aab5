"""The receipt for machines, held against the schemas of its two standards."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from intake.consent.person_consent import consent_of
from intake.consent.receipt_dpv import dpv_receipt
from intake.consent.receipt_kantara import kantara_receipt
from intake.consent.receipts import receipt_of
from intake.models import Basis, Decision, Purpose
from tests.consent.telling import NOON, happens

SCHEMAS = Path(__file__).parent / "schemas"
PAGE = "https://clinic.example.com/consent/abc"


def faults(receipt, name):
    schema = json.loads((SCHEMAS / name).read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(receipt)))]


@pytest.fixture
def both(session, clinic):
    def of(lead):
        session.flush()
        receipt = receipt_of(consent_of(session, lead))
        dpv, kantara = (
            dpv_receipt(receipt, clinic, page=PAGE),
            kantara_receipt(receipt, clinic, page=PAGE),
        )
        assert faults(dpv, "dpv-27560-receipt.json") == []
        assert faults(kantara, "kantara-consent-receipt-1.1.json") == []
        return dpv, kantara

    return of


def statuses(dpv):
    return {
        record["dpv:hasProcess"]["dpv:hasPurpose"]["@type"]: [
            state["@type"] for state in record["dpv:hasConsentStatus"]
        ]
        for record in dpv["dpv:hasRecordOfActivity"]
    }


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "agreed", [set(), {Purpose.NEWS}, set(Purpose)], ids=["none", "news", "all"]
)
def test_both_forms_keep_to_their_standard_whatever_was_answered(lead, both, agreed, language):
    dpv, kantara = both(lead(agreed_to=agreed, language=language))

    assert len(dpv["dpv:hasRecordOfActivity"]) == 3
    assert len(kantara["services"][0]["purposes"]) == len(agreed)
    assert kantara["sensitive"] is (Purpose.CARE in agreed)
    assert {
        record["dpv:hasNotice"]["dct:language"] for record in dpv["dpv:hasRecordOfActivity"]
    } == {language}


def test_they_say_how_it_was_answered_and_what_became_of_it(lead, session, both):
    ana = lead(agreed_to={Purpose.NEWS, Purpose.REMINDERS})
    happens(session, ana, Decision.WITHDRAWN, Purpose.NEWS)

    dpv, kantara = both(ana)

    given = ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"]
    assert statuses(dpv) == {
        "dpv:CommunicationManagement": [given],
        "dpv:ServiceProvision": [["dpv:ConsentRefused"]],
        "dpv:DirectMarketing": [given, ["dpv:ConsentWithdrawn"]],
    }
    assert dpv["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][0][
        "dpv:hasIndicationMethod"
    ] == ("checkbox, unticked by default")
    ends = {p["purpose"]: p["termination"] for p in kantara["services"][0]["purposes"]}
    assert ends == {
        "Email me appointment reminders": f"when it is withdrawn, at any time: {PAGE}",
        "Email me news of the clinic’s other services": "withdrawn on 2026-11-23T17:00:00Z",
    }
    assert kantara["consentTimestamp"] == int(NOON.timestamp())


def test_an_implied_agreement_is_called_so(lead, session, clinic):
    ana = lead(agreed_to={Purpose.NEWS})
    session.flush()
    news = next(e for e in ana.consent_events if e.decision is Decision.GIVEN)
    receipt = receipt_of(consent_of(session, ana))
    answers = [
        replace(a, basis=Basis.IMPLIED) if a.event == news.uid else a for a in receipt.answers
    ]
    receipt = replace(receipt, answers=tuple(answers))

    kantara, dpv = (
        kantara_receipt(receipt, clinic, page=PAGE),
        dpv_receipt(receipt, clinic, page=PAGE),
    )

    assert kantara["services"][0]["purposes"][0]["consentType"] == "IMPLICIT"
    assert ["dpv:ConsentGiven", "dpv:ImpliedConsent"] in statuses(dpv)["dpv:DirectMarketing"]
    assert (
        faults(dpv, "dpv-27560-receipt.json")
        == faults(kantara, "kantara-consent-receipt-1.1.json")
        == []
    )


def test_they_hold_the_record_to_verify_it_by_and_nothing_that_tells_who_it_is(lead, both):
    ana = lead(agreed_to=set(Purpose))

    dpv, kantara = both(ana)

    leaves = {
        r["dct:identifier"]: r["intake:ledgerRecord"]["intake:leafHash"]
        for r in dpv["dpv:hasRecordOfActivity"]
    }
    assert leaves == {
        e.uid: e.leaf.hex() for e in ana.consent_events if e.decision is Decision.GIVEN
    }
    for personal in (ana.name, ana.phone, ana.email, ana.phone_typed):
        assert personal not in json.dumps([dpv, kantara], ensure_ascii=False)


def test_a_practitioner_who_sends_too_is_named(lead, session, clinic):
    more = clinic.senders[0].model_copy(update={"name": "Dr Roy Inc.", "on_behalf_of": "Riverside"})
    both_senders = clinic.model_copy(update={"senders": (*clinic.senders, more)})
    ana = lead(agreed_to={Purpose.NEWS})
    session.flush()

    kantara = kantara_receipt(receipt_of(consent_of(session, ana)), both_senders, page=PAGE)
    dpv = dpv_receipt(receipt_of(consent_of(session, ana)), both_senders, page=PAGE)

    assert [(c["piiController"], c["onBehalf"]) for c in kantara["piiControllers"]][1] == (
        "Dr Roy Inc.",
        True,
    )
    assert (
        dpv["dpv:hasRecordOfActivity"][0]["dpv:hasDataController"][1]["intake:onBehalfOf"]
        == "Riverside"
    )
    assert (
        faults(dpv, "dpv-27560-receipt.json")
        == faults(kantara, "kantara-consent-receipt-1.1.json")
        == []
    )


def test_the_schemas_find_what_is_missing(lead, both):
    dpv, kantara = both(lead(agreed_to={Purpose.NEWS}))
    del dpv["dpv:hasRecordOfActivity"][0]["dpv:hasNotice"], kantara["policyUrl"]
    kantara["services"][0]["purposes"][0]["thirdPartyDisclosure"] = True

    assert faults(dpv, "dpv-27560-receipt.json") == ["'dpv:hasNotice' is a required property"]
    assert faults(kantara, "kantara-consent-receipt-1.1.json") == [
        "'policyUrl' is a required property",
        "'thirdPartyName' is a required property",
    ]
