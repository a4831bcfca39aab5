"""The web application: mounts the rooms' blueprints, sets headers and error pages. No decisions."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, g, render_template
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from intake.admin import rooms
from intake.callback import views as callback
from intake.config import Clinic, Settings, load_clinic
from intake.consent import link_views as lost_link
from intake.consent import views as consent
from intake.contacts import show_phone
from intake.db import Database
from intake.languages import FOLDER, LOCALES
from intake.logs import log_to_stderr
from intake.operations import views as operations
from intake.site import site_folder
from intake.staff import guard
from intake.web import KEY, House, language, locale

LARGEST_BODY = 64 * 1024  # bytes; the longest honest form is under 8 KiB
SERVER_FAULT = 500
UNAVAILABLE = 503

log = logging.getLogger(__name__)

PROBLEMS = {
    400: (_l("We could not read that"), _l("Go back to the form and send it again, or call us.")),
    403: (_l("This page is not for you"), _l("Ask the person who runs Consult Intake at your clinic.")),
    404: (_l("This page does not exist"), _l("Check the address, or start again from the form.")),
    405: (_l("This page cannot be used like that"), _l("Start again from the form.")),
    413: (_l("That was too much at once"), _l("Shorten what you entered and send the form again, or call us.")),
    415: (_l("We could not read that"), _l("Use the form on our page, or call us.")),
    SERVER_FAULT: (
        _l("Something went wrong on our side"),
        _l("Your request may not have reached us. Send the form again in a moment, or call us."),
    ),
    UNAVAILABLE: (
        _l("We cannot take requests at the moment"),
        _l("Your request is not stored. Go back to what you typed, send it again in a minute, or call us."),
    ),
}


def create_app(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """The application for *settings*. Raises `ConfigError` when a setting or the clinic file is wrong."""
    site = site_folder()
    app = Flask("intake", template_folder=str(site / "templates"), static_folder=str(site / "static"))
    clinic = load_clinic(settings.clinic or site / "clinic.toml")
    database = Database(settings.database())
    app.extensions[KEY] = House(settings, clinic, database, clock or (lambda: datetime.now(UTC)), settings.secret())
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SECRET_KEY=settings.secret())
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}  # before anything asks for its environment
    _configure_sessions(app, settings)
    Babel(app, default_locale=LOCALES["en"], default_translation_directories=str(FOLDER), locale_selector=locale)
    if settings.trusted_proxies:
        trusted = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    app.register_blueprint(callback.blueprint)
    app.register_blueprint(consent.blueprint)
    app.register_blueprint(lost_link.blueprint)
    app.register_blueprint(operations.blueprint)
    rooms.mount(app)
    app.before_request(_draw_nonce)
    app.before_request(guard.admit)
    app.after_request(_set_headers)
    app.context_processor(lambda: _page_values(clinic))
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(OperationalError, _store_unavailable)
    return app


def from_environ() -> Flask:
    """The application as the environment describes it, for a WSGI server."""
    log_to_stderr()
    return create_app(Settings.from_environ())


def _configure_sessions(app: Flask, settings: Settings) -> None:
    """Of staff; pages for patients set no cookie. Forms of the desk carry a token (`guard.admit` asks for it)."""
    is_safe = settings.public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-intake" if is_safe else "intake", SESSION_COOKIE_SECURE=is_safe,
        SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True, SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None,
    )  # fmt: skip
    guard.csrf.init_app(app)


def _page_values(clinic: Clinic) -> dict[str, object]:
    return {
        "clinic": clinic,
        "reception": show_phone(clinic.phones.reception),
        "privacy_phone": show_phone(clinic.privacy.phone),
        "language": language(),
        "csp_nonce": g.get("csp_nonce"),
    }


def _draw_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _set_headers(response: Response) -> Response:
    """OWASP ASVS 5 V3.4. Nothing comes from elsewhere, nothing frames us, and pages with personal data are not kept."""
    nonce = g.get("csp_nonce", "")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")  # the address of a confirmation stays here
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _store_unavailable(error: OperationalError) -> tuple[str, int]:
    """Nothing was confirmed, and the browser still holds what was typed."""
    log.error("database unavailable", extra={"reason": type(error.orig).__name__})
    title, remedy = PROBLEMS[UNAVAILABLE]
    return render_template("errors/error.html", title=title, remedy=remedy), UNAVAILABLE


def _explain(error: HTTPException) -> Response | tuple[str, int]:
    """An error page in the language of the address. The text of an exception is never shown."""
    code = error.code or SERVER_FAULT
    if code < 400:  # noqa: PLR2004  (a redirect is no error)
        return error.get_response()
    title, remedy = PROBLEMS.get(code, PROBLEMS[400 if code < SERVER_FAULT else SERVER_FAULT])
    return render_template("errors/error.html", title=title, remedy=remedy), code
