"""The mailbox in the browser: a list of mails, and each as text and, shut in, as HTML."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template_string

from intake.demo.sandbox.mailbox import Mail, mails, with_links
from intake.demo.sandbox.state import sandbox

FOLDER = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action {}; frame-ancestors 'none'"
)
SHUT_IN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""No script, nothing from elsewhere, another origin; its links open in a tab of their own."""

blueprint = Blueprint("mailbox_page", __name__, url_prefix="/mailbox")


@blueprint.get("")
def index() -> Response:
    """The mails, the newest first."""
    return _page("mailbox.html", mails=mails(sandbox().mail))


@blueprint.get("/<name>")
def one(name: str) -> Response:
    """One mail: what a mail program shows, and what it offers."""
    mail = _mail(name)
    posts_to = urlsplit(mail.one_click or "")
    allowed = f"{posts_to.scheme}://{posts_to.netloc}" if mail.one_click else "'none'"
    return _page("mail.html", allowed, mail=mail, text=with_links(mail.part("plain")))


@blueprint.get("/<name>/html")
def html(name: str) -> Response:
    """The HTML part, for the frame on the mail's page."""
    opened = _mail(name).part("html").replace("<head>", '<head><base target="_blank">', 1)
    return Response(
        opened, headers={"Content-Security-Policy": SHUT_IN, "Cache-Control": "no-store"}
    )


def _mail(name: str) -> Mail:
    found = next((mail for mail in mails(sandbox().mail) if mail.name == name), None)
    return found or abort(404)


def _page(template: str, may_post_to: str = "'none'", **values: object) -> Response:
    text = render_template_string((FOLDER / template).read_text(), **values)
    headers = {
        "Content-Security-Policy": POLICY.format(may_post_to),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(text, headers=headers)
