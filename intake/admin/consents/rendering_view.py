"""The block of the form as it was on screen, for auditors: the stored bytes, if they still are what
they were.

It is served as a document of its own and not put into a page of the desk: so no page of ours trusts
markup from the database, and its policy can forbid everything but our style sheet. A frame would
need an exception from the rule that nothing frames us; a link needs none.
"""

from hashlib import sha256
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import ConsentRendering

SHORTEST = 32
"""Half of the digest is enough in an address; a whole one looks like a person’s token there."""
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DOCUMENT = """<!doctype html>
<html lang="{language}-CA">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{told}</p>
<div class="card">
{block}
</div>
</main>
</body>
</html>
"""


class Altered(Exception):
    """What is stored is not the block that was on screen."""


def document(session: Session, digest: str, *, style: str) -> str | None:
    """Return the page that shows the block whose digest begins like that; None where there is none.
    Raises `Altered`.
    """
    named = ConsentRendering.sha256.startswith(digest, autoescape=True)
    found = session.scalars(select(ConsentRendering).where(named).limit(1)).first()
    if found is None or len(digest) < SHORTEST:
        return None
    if sha256(found.html.encode()).hexdigest() != found.sha256:
        raise Altered
    return DOCUMENT.format(
        language=found.language,
        style=escape(style),
        block=found.html,
        title="As it was on the screen",
        told=(
            f"First shown {found.published_at:%Y-%m-%d}; fingerprint <span "
            f'class="hash">{found.sha256}</span>'
        ),
    )
