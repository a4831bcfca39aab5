"""What the product's speed is compared with: the callback form as one would write it with Flask in
an afternoon.

Flask, Flask-WTF with its CSRF token, SQLAlchemy's ORM. One request stores a lead, four consent rows
and an outbox row in one transaction that is on disk before the answer. No evidence, limits, mail,
desk or second language.
"""

import os

from flask import Flask, redirect, render_template, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from bench.baseline.form import RequestForm
from bench.baseline.store import make_sessions, store

ADDRESS, KEY = "BASELINE_DATABASE", "BASELINE_KEY"
"""Variables of the environment: the database, and the key of sessions and CSRF tokens."""


def create_app() -> Flask:
    """Return the application on the database that the environment names."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ[KEY], MAX_CONTENT_LENGTH=64 * 1024)
    CSRFProtect(app)
    sessions = make_sessions(os.environ[ADDRESS])

    @app.get("/")
    def form() -> str:
        return render_template("form.html", form=RequestForm())

    @app.post("/")
    def submit() -> Response | tuple[str, int]:
        filled = RequestForm()
        if not filled.validate():
            return render_template("form.html", form=filled), 422
        with sessions.begin() as session:
            lead = store(session, filled)
        return redirect(url_for("thanks", number=lead.id), 303)

    @app.get("/thanks/<int:number>")
    def thanks(number: int) -> str:
        return render_template("thanks.html", number=number)

    return app
