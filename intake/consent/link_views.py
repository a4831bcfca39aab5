"""The page for whoever lost the link to their consent page.

Like the form of the front door it changes nothing of anybody's consent, and there is no login that
another site could abuse: so no CSRF token. What it can do is have a mail sent that the person wants
anyway, once a day.
"""

from flask import Blueprint, render_template, request, url_for

from intake.consent.forms import LostLinkForm
from intake.consent.lost_link import ask_for_link
from intake.contacts import coarse_network
from intake.limits import AskedTooOften
from intake.web import clinic, installation, now, transaction

blueprint = Blueprint("lost_link", __name__)


@blueprint.get("/consent/", defaults={"language": "en"})
@blueprint.get("/fr/consent/", defaults={"language": "fr"})
def form(language: str) -> str:
    """Show the form for people who lost the link to their page."""
    return _page(LostLinkForm(), language)


@blueprint.post("/consent/", defaults={"language": "en"})
@blueprint.post("/fr/consent/", defaults={"language": "fr"})
def send(language: str) -> str | tuple[str, int]:
    """Have the link mailed; the answer is the same whether or not we know the person."""
    filled = LostLinkForm()
    if not filled.validate():
        return _page(filled, language), 422
    network = (
        coarse_network(request.remote_addr or "") if installation().settings.limits == "on" else ""
    )
    key = installation().settings.address_key()
    try:
        with transaction() as session:
            ask_for_link(
                session,
                filled.to_contact(),
                clinic=clinic(),
                address_key=key,
                now=now(),
                network=network,
            )
    except AskedTooOften:
        filled.refuse_for_now()
        return _page(filled, language), 429
    return render_template("consent/link_sent.html")


def _page(form: LostLinkForm, language: str) -> str:
    other = "en" if language == "fr" else "fr"
    address = url_for("lost_link.form", language=other)
    return render_template(
        "consent/lost_link.html", form=form, other_language=other, other_address=address
    )
