"""The public statement of the clinic's information practices (PHIPA s. 16), made from the clinic
file.
"""

from flask import Blueprint, render_template, url_for

from intake.web import clinic

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy", defaults={"language": "en"})
@blueprint.get("/fr/privacy", defaults={"language": "fr"})
def page(language: str) -> str:
    """Return what is collected and why, who sees it, how long it is kept, and what a person may
    ask.
    """
    other = "en" if language == "fr" else "fr"
    place = clinic().privacy.location
    return render_template(
        "privacy/page.html",
        policy=clinic().retention,
        extra=clinic().queue.extra_columns,
        location=place.said(language) if place else "",
        other_language=other,
        other_address=url_for("privacy.page", language=other),
    )
