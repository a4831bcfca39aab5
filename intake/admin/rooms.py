"""The rooms of the admin's desk: mounted in one place."""

from flask import Flask, g

from intake.admin.access import views as access
from intake.admin.account import views as account
from intake.admin.breaches import views as breaches
from intake.admin.erasure import views as erasure
from intake.admin.figures import views as figures
from intake.admin.held import views as held
from intake.admin.home import views as home
from intake.admin.ledger import views as ledger
from intake.admin.navigation import rooms_of
from intake.admin.one_consent import views as one_consent
from intake.admin.pipeline import views as pipeline
from intake.admin.privacy import views as privacy
from intake.admin.queue import views as queue
from intake.admin.retention import views as retention
from intake.admin.staff import views as staff
from intake.admin.welcome import views as welcome
from intake.admin.words import views as words

BLUEPRINTS = (
    home.blueprint,
    welcome.blueprint,
    account.blueprint,
    staff.blueprint,
    figures.blueprint,
    pipeline.blueprint,
    queue.blueprint,
    held.blueprint,
    one_consent.blueprint,
    words.blueprint,
    ledger.blueprint,
    access.blueprint,
    privacy.blueprint,
    erasure.blueprint,
    retention.blueprint,
    breaches.blueprint,
)


def mount(app: Flask) -> None:
    """Put every room of the desk into *app*."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(lambda: {"person": g.get("person"), "rooms": rooms_of(g.get("person"))})
