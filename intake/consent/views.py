"""The pages behind a person's token: what is agreed to, stopping it, the receipt, and confirming
the address.

No session and no CSRF token: the address of the page itself is the authority, 256 bits that no
other site knows and that no cookie adds to, so another site can send nothing that its own reader
could not. A one-click POST from a mail program (RFC 8058) could carry neither. GET, HEAD and
OPTIONS change nothing, because scanners open every link of a mail. A token that does not exist is
answered like any address that does not exist.
"""

import json
from collections.abc import Collection

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.consent.circumstances import circumstances_of
from intake.consent.one_click import is_one_click
from intake.consent.person_consent import PersonConsent, consent_of
from intake.consent.preferences import State, preferences_of
from intake.consent.receipt_dpv import Json, dpv_receipt
from intake.consent.receipt_kantara import kantara_receipt
from intake.consent.receipts import Receipt, receipt_of
from intake.consent.record import Circumstances, Manner
from intake.consent.token import lead_behind
from intake.consent.undo import undo
from intake.consent.verification import is_code_of, verify
from intake.consent.withdraw import withdraw
from intake.contacts import masked
from intake.models import Lead, Purpose
from intake.web import clinic, installation, now, reading, transaction, use_language

blueprint = Blueprint("consent", __name__)
PAGE = "/consent/<token>"
"""The page's name in evidence: the token itself would be an authority to whoever reads the log."""
BUTTON = Manner("button", "button", "none", "page", "patient", PAGE)
ONE_CLICK = Manner("one-click", "mail header", "none", "mail", "patient", PAGE)
STOP_ALL = "all"
EVERYTHING = frozenset(Purpose)
STOPPED, ALREADY, AGREED = "stopped", "already", "agreed"
OUTCOMES = {
    STOPPED: {State.WITHDRAWN},
    ALREADY: {State.WITHDRAWN},
    AGREED: {State.AGREED, State.IMPLIED},
}
"""What a press came to, and how the purposes must stand for the page to say so."""


@blueprint.get("/consent/<token>")
def page(token: str) -> str:
    """Return what was agreed to and how it stands, with a button to stop it; after a press, what
    came of it.
    """
    said, about = request.args.get("said", ""), request.args.get("about", "").split(",")
    return _page(_consent(token), token, said=said, about=about)


@blueprint.post("/consent/<token>")
def one_click(token: str) -> str:
    """A mail program's unsubscribe button (RFC 8058): ends everything. No cookie, no redirect, no
    second step.
    """
    if not is_one_click(request.get_data()):
        abort(400)
    lead, said = _stop(token, EVERYTHING, ONE_CLICK)
    with reading() as session:
        consent = consent_of(session, lead)
    return _page(consent, token, said=said, about=EVERYTHING)


@blueprint.post("/consent/<token>/choices")
def choices(token: str) -> Response:
    """The page's buttons: stop everything, stop one purpose, or take that back. Then to the page,
    safe to reload.
    """
    stop, back = request.form.get("stop", ""), request.form.get("undo", "")
    if stop == STOP_ALL or stop in EVERYTHING:
        about = EVERYTHING if stop == STOP_ALL else frozenset({Purpose(stop)})
        _, said = _stop(token, about, BUTTON)
    elif back:
        said, about = AGREED, _undo(token, back.split(","))
    else:
        abort(400)
    return redirect(
        url_for("consent.page", token=token, said=said, about=",".join(sorted(about))), 303
    )


@blueprint.get("/consent/<token>/receipt.json")
def receipt_json(token: str) -> Response:
    """The receipt in the form of ISO/IEC TS 27560."""
    receipt = receipt_of(_consent(token))
    return _download(
        receipt, dpv_receipt(receipt, clinic(), page=_address(token)), "application/ld+json", ""
    )


@blueprint.get("/consent/<token>/receipt-kantara.json")
def receipt_kantara(token: str) -> Response:
    """The receipt in the form of the Kantara specification."""
    receipt = receipt_of(_consent(token))
    return _download(
        receipt,
        kantara_receipt(receipt, clinic(), page=_address(token)),
        "application/json",
        "-kantara",
    )


@blueprint.get("/consent/<token>/confirm/<code>")
def confirm(token: str, code: str) -> str:
    """Ask whether the address is the person's own; behind a link that only a mail to it carries."""
    consent = _consent(token)
    if not is_code_of(consent.lead, code):
        abort(404)
    use_language(consent.lead.form_language)
    return render_template(
        "consent/confirm.html",
        token=token,
        code=code,
        address=masked(consent.lead.email or ""),
        is_confirmed=consent.is_verified,
    )


@blueprint.post("/consent/<token>/confirm/<code>")
def confirmed(token: str, code: str) -> Response:
    """Record that it is."""
    with transaction() as session:
        lead = lead_behind(session, token, clinic().key, hold=True)
        if lead is None or not is_code_of(lead, code):
            abort(404)
        verify(session, lead, page=f"{PAGE}/confirm", now=now(), circumstances=_circumstances())
    return redirect(url_for("consent.confirm", token=token, code=code), 303)


def _circumstances() -> Circumstances:
    key = installation().settings.address_key()
    return circumstances_of(request.remote_addr, request.user_agent.string, key)


def _stop(token: str, purposes: Collection[Purpose], manner: Manner) -> tuple[Lead, str]:
    key = installation().settings.address_key()
    with transaction() as session:
        lead = lead_behind(session, token, clinic().key, hold=True) or abort(404)
        ended = withdraw(
            session,
            lead,
            purposes,
            manner,
            clinic=clinic(),
            address_key=key,
            now=now(),
            circumstances=_circumstances(),
        )
    return lead, STOPPED if ended else ALREADY


def _undo(token: str, withdrawals: Collection[str]) -> frozenset[Purpose]:
    with transaction() as session:
        lead = lead_behind(session, token, clinic().key, hold=True) or abort(404)
        return frozenset(
            undo(session, lead, withdrawals, page=PAGE, now=now(), circumstances=_circumstances())
        )


def _consent(token: str) -> PersonConsent:
    with reading() as session:
        return consent_of(session, lead_behind(session, token, clinic().key) or abort(404))


def _page(consent: PersonConsent, token: str, *, said: str, about: Collection[str]) -> str:
    """Return the page; what an address says was done is repeated only where it is so."""
    found = preferences_of(consent, clinic())
    use_language(found.language)
    meant = [
        line
        for line in found.lines
        if line.purpose in about and line.state in OUTCOMES.get(said, ())
    ]
    return render_template(
        "consent/page.html", preferences=found, token=token, said=said if meant else "", about=meant
    )


def _download(receipt: Receipt, document: Json, kind: str, suffix: str) -> Response:
    name = f"consent-receipt-{receipt.reference}{suffix}.json"
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Response(
        text, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _address(token: str) -> str:
    """Return the full address of the person's page, for what leaves the house."""
    return (installation().settings.public_url or request.url_root).rstrip("/") + url_for(
        "consent.page", token=token
    )
