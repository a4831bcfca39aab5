"""The application of the admin's desk. It knows the addresses of the pages for patients, too,
because it links to them.

`app` loads it at the first request below /admin: the login library, passkeys and the desk's rooms
are half of all code.
"""

from flask import Flask

from intake.admin import rooms
from intake.app import pages_for_patients
from intake.staff import guard, login
from intake.web import Installation


def create(place: Installation) -> Flask:
    """Return the application that answers below /admin in *place*."""
    app = pages_for_patients(place)
    # Forms of the desk carry a token, and `guard.check_access` asks for it.
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        # it would ask for a referrer, which a page with a secret address tells nobody
        WTF_CSRF_SSL_STRICT=False,
    )
    guard.csrf.init_app(app)
    login.mount(app, place.settings, place.clinic)
    rooms.mount(app)
    app.before_request(guard.check_access)
    return app
