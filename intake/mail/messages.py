"""What is said to a patient by mail: the acknowledgement with its receipt, and the link to the
consent page.

No promotion, no health detail, no practitioner or service: a mail can be read by others on its way
and at home. The name is the only thing that a stranger could have typed, so it is said only when it
can be nothing but a name: else the form would carry anybody's words to anybody's address.
"""

import re
from datetime import datetime

from intake.config import Clinic
from intake.consent.receipts import Receipt
from intake.consent.token import THIS_ADDRESS, link_token
from intake.contacts import show_phone
from intake.hours import in_words
from intake.mail.compose import Letter
from intake.models import Basis, Decision, Lead, Topic

A_NAME = re.compile(r"(?:[^\W\d_]|[ '’‑-]|\.(?= |$)){1,60}")
"""Letters of any script, and a dot only at the end of a word: no address can be made of that."""


def acknowledgement(
    lead: Lead,
    receipt: Receipt,
    clinic: Clinic,
    *,
    public_url: str,
    id: str,  # noqa: A002  (the name in the header)
    now: datetime,
) -> Letter:
    """We have your request: reference, promise, and the receipt for what was agreed and refused."""
    page = consent_page(public_url, receipt.token)
    given = [answer for answer in receipt.answers if answer.decision is Decision.GIVEN]
    values = {
        "name": spoken_name(lead.name),
        "call_by": in_words(lead.call_by, clinic, lead.form_language),
        "is_late": now > lead.call_by,
        "reference": lead.ref,
        "calls_from": show_phone(clinic.phones.calls_from),
        "agreed": [answer for answer in given if answer.basis is Basis.EXPRESS],
        "implied": [answer for answer in given if answer.basis is not Basis.EXPRESS],
        "refused": [answer for answer in receipt.answers if answer.decision is Decision.REFUSED],
        "notices": list(dict.fromkeys(answer.notice for answer in receipt.answers)),
        "answered_at": in_words(lead.received_at, clinic, lead.form_language),
        "page": page,
        "confirm": f"{page}/confirm/{link_token(lead, THIS_ADDRESS)}" if given else "",
    }
    return Letter(
        Topic.ACKNOWLEDGEMENT, lead.email or "", lead.form_language, id, values, page, lead.ref
    )


def link(lead: Lead, token: str, *, public_url: str, id: str) -> Letter:  # noqa: A002
    """Return the way to a person's consent page, for whoever lost it; it says nothing of any
    request.
    """
    page = consent_page(public_url, token)
    return Letter(
        Topic.LINK, lead.email or "", lead.form_language, id, {"page": page}, page, lead.ref
    )


def consent_page(public_url: str, token: str) -> str:
    """Return the address of what a person agreed to, where it can be withdrawn."""
    return f"{public_url}/consent/{token}"


def spoken_name(name: str) -> str:
    """The name as a greeting may say it, or "" where it may be something else."""
    return name if A_NAME.fullmatch(name) else ""
