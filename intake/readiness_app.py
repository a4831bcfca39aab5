"""The application that answers /readyz. It checks signatures, for which `app` loads it at the first
such request.
"""

from flask import Flask

from intake.app import pages_for_patients
from intake.operations.readiness import views
from intake.web import Installation


def create(place: Installation) -> Flask:
    """Return the application that says whether *place* is ready."""
    app = pages_for_patients(place)
    app.register_blueprint(views.blueprint)
    return app
