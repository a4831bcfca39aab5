"""The receipt in the form of ISO/IEC TS 27560:2023, in the words of the Data Privacy Vocabulary, as
JSON-LD.

After "Consent Records and Receipts using DPV" (W3C Community Group,
https://w3id.org/dpv/guides/consent-27560): one receipt around a record for each purpose. The
context stands in the receipt, so that nobody has to fetch it.
"""

from datetime import UTC, datetime
from typing import Any

from intake.config import Clinic, Sender
from intake.consent.fold import ConsentState
from intake.consent.receipts import Answered, Receipt
from intake.models import Basis, Decision, Purpose

Json = dict[str, Any]

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "intake": "urn:consult-intake:",
}
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#"
STATUS = {
    Decision.GIVEN: "dpv:ConsentGiven",
    Decision.REFUSED: "dpv:ConsentRefused",
    Decision.WITHDRAWN: "dpv:ConsentWithdrawn",
    Decision.INVALIDATED: "dpv:ConsentInvalidated",
}
KIND = {Basis.EXPRESS: "dpv:ExplicitlyExpressedConsent", Basis.IMPLIED: "dpv:ImpliedConsent"}
PURPOSE = {
    Purpose.REMINDERS: "dpv:CommunicationManagement",
    Purpose.CARE: "dpv:ServiceProvision",
    Purpose.NEWS: "dpv:DirectMarketing",
}
DATA = {Purpose.REMINDERS: [], Purpose.CARE: ["pd:Health"], Purpose.NEWS: []}
UNTIL_WITHDRAWN = "until it is withdrawn"
KEPT = "until it is withdrawn, and after that as long as evidence of it is needed"
WHERE = "where the clinic keeps its records; its privacy contact says where that is"


def dpv_receipt(receipt: Receipt, clinic: Clinic, *, page: str) -> Json:
    """Return the receipt as JSON-LD; *page* is the full address where consent is looked at and
    withdrawn.
    """
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{receipt.id}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": str(receipt.id),
        "dct:conformsTo": f"{PROFILE}receipt",
        "dct:created": _stamp(receipt.made_at),
        "dct:publisher": clinic.legal_name,
        "intake:reference": receipt.reference,
        "dpv:hasRecordOfActivity": [
            _record(answer, receipt, clinic, page) for answer in receipt.answers
        ],
    }


def _record(answer: Answered, receipt: Receipt, clinic: Clinic, page: str) -> Json:
    return {
        "@id": f"urn:uuid:{answer.event}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": answer.event,
        "dct:conformsTo": f"{PROFILE}record",
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": receipt.subject},
        "dpv:hasJurisdiction": f"loc:CA-{clinic.province}",
        "dpv:hasApplicableLaw": ["S.C. 2010, c. 23 (CASL)", "S.C. 2000, c. 5 (PIPEDA)"],
        "dpv:hasDataController": [_controller(sender, clinic) for sender in clinic.senders],
        "dpv:hasNotice": _notice(answer),
        "dpv:hasProcess": _process(answer),
        "dpv:hasConsentControl": {"@type": ["dpv:WithdrawConsent"], "dpv:isExercisedAt": page},
        "dpv:hasConsentStatus": _statuses(answer),
        "intake:ledgerRecord": {
            "intake:leafHash": answer.leaf,
            "intake:hashAlgorithm": "RFC 9162, SHA-256",
        },
    }


def _controller(sender: Sender, clinic: Clinic) -> Json:
    party: Json = {
        "@type": ["dpv:DataController", "dpv:LegalEntity"],
        "dct:identifier": clinic.key,
        "dpv:hasName": sender.name,
        "dpv:hasAddress": clinic.address.line,
        "dpv:hasContact": [
            clinic.privacy.name,
            clinic.privacy.email,
            clinic.privacy.phone,
            str(clinic.web),
        ],
    }
    return party | ({"intake:onBehalfOf": sender.on_behalf_of} if sender.on_behalf_of else {})


def _notice(answer: Answered) -> Json:
    return {
        "@type": "dpv:ConsentNotice",
        "dct:identifier": (
            f"{answer.purpose}-{answer.channel}/{answer.statement_version}/{answer.language}"
        ),
        "dct:language": answer.language,
        "dct:title": answer.words,
        "dct:description": "\n\n".join((answer.hint, answer.notice)),
        "intake:sha256": answer.statement_sha256,
    }


def _process(answer: Answered) -> Json:
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {"@type": PURPOSE[answer.purpose], "dct:title": answer.words},
        "dpv:hasPersonalData": ["pd:Name", "pd:EmailAddress", *DATA[answer.purpose]],
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasDataSource": "dpv:DataSubjectDataSource",
        "dpv:hasRecipient": ["dpv:DataController"],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dct:description": WHERE},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": KEPT},
            },
        ],
    }


def _statuses(answer: Answered) -> list[Json]:
    """Return the answer itself, then what stands now where that is something else."""
    told: list[Json] = [
        _status(
            answer.decision,
            answer.basis,
            answer.at,
            f"{answer.method}, {answer.default_state} by default",
        )
    ]
    now = answer.standing
    return (
        [*told, _status(now.decision, now.basis, now.since)]
        if now and _differs(now, answer)
        else told
    )


def _differs(now: ConsentState, answer: Answered) -> bool:
    return (now.decision, now.since) != (answer.decision, answer.at)


def _status(decision: Decision, basis: Basis, at: datetime, method: str = "") -> Json:
    state: Json = {
        "@type": [STATUS[decision], *([KIND[basis]] if decision is Decision.GIVEN else [])],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:isIndicatedAtTime": _stamp(at),
    }
    if decision is Decision.GIVEN:
        state["dct:valid"] = UNTIL_WITHDRAWN
    return state | ({"dpv:hasIndicationMethod": method} if method else {})


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
