"""The receipt in the form of the Kantara Initiative's Consent Receipt Specification v1.1.0
(2018-02-20).

That form knows consent, no refusal: a purpose that was refused is not in it. One that was withdrawn
since says so where the form has the end of a consent.
"""

from datetime import UTC

from intake.config import Clinic
from intake.consent.receipt_dpv import Json
from intake.consent.receipts import Answered, Receipt
from intake.models import Basis, Decision, Purpose

VERSION = "KI-CR-v1.1.0"
COUNTRY = "CA"
CATEGORY = {
    Purpose.REMINDERS: "2 - Contracted Service",
    Purpose.CARE: "2 - Contracted Service",
    Purpose.NEWS: "6 - Marketing",
}
DATA = ["1 - Biographical", "2 - Contact"]
SENSITIVE = {Purpose.CARE: ["Health"]}
TYPE = {Basis.EXPRESS: "EXPLICIT", Basis.IMPLIED: "IMPLICIT"}


def kantara_receipt(receipt: Receipt, clinic: Clinic, *, page: str) -> Json:
    """Return the receipt as JSON; *page* is the full address where consent is looked at and
    withdrawn.
    """
    given = [answer for answer in receipt.answers if answer.decision is Decision.GIVEN]
    sensitive = sorted({kind for answer in given for kind in SENSITIVE.get(answer.purpose, ())})
    return {
        "version": VERSION,
        "jurisdiction": COUNTRY,
        "consentTimestamp": int(receipt.made_at.timestamp()),
        "collectionMethod": "; ".join(dict.fromkeys(_method(answer) for answer in given))
        or "web form",
        "consentReceiptID": str(receipt.id),
        "language": receipt.language,
        "piiPrincipalId": receipt.subject,
        "piiControllers": _controllers(clinic),
        "policyUrl": str(clinic.web),
        "services": [
            {
                "service": f"Email from {clinic.display_name}",
                "purposes": [_purpose(a, page) for a in given],
            }
        ],
        "sensitive": bool(sensitive),
        "spiCat": sensitive,
    }


def _controllers(clinic: Clinic) -> list[Json]:
    address = {
        "streetAddress": clinic.address.street,
        "addressLocality": clinic.address.city,
        "addressRegion": clinic.address.province,
        "postalCode": clinic.address.postal_code,
        "addressCountry": COUNTRY,
    }
    contact = {
        "contact": clinic.privacy.name,
        "address": address,
        "email": clinic.privacy.email,
        "phone": clinic.privacy.phone,
        "piiControllerUrl": str(clinic.web),
    }
    return [
        {"piiController": one.name, "onBehalf": one.on_behalf_of is not None, **contact}
        for one in clinic.senders
    ]


def _method(answer: Answered) -> str:
    return f"web form: {answer.method}, {answer.default_state} by default"


def _purpose(answer: Answered, page: str) -> Json:
    return {
        "purpose": answer.words,
        "purposeCategory": [CATEGORY[answer.purpose]],
        "consentType": TYPE[answer.basis],
        "piiCategory": [*DATA, *SENSITIVE.get(answer.purpose, ())],
        "primaryPurpose": False,
        "termination": _end(answer, page),
        "thirdPartyDisclosure": False,
    }


def _end(answer: Answered, page: str) -> str:
    now = answer.standing
    if now and not now.is_given:
        return f"{now.decision} on {now.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"when it is withdrawn, at any time: {page}"
