"""The web application: mounts the rooms' blueprints, sets headers and error pages. No decisions.

It begins with the pages for patients alone. The admin's desk and /readyz are applications of their
own, loaded when somebody first asks for them: they need what is large, such as the login library
and signatures.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask, request
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.callback import views as callback
from intake.callback.prepared_forms import PreparedForms
from intake.config import Clinic, Settings, load_clinic, require_safe
from intake.consent import link_views as lost_link
from intake.consent import views as consent
from intake.contacts import show_phone
from intake.languages import FOLDER, LOCALES
from intake.ledger.keeper import database_with_copy
from intake.ledger.place import ledger_folder
from intake.logs import log_to_stderr
from intake.middleware.client_address import SenderAddress
from intake.middleware.desk_sessions import DeskSessions
from intake.middleware.error_pages import Application, explain_problems
from intake.middleware.headers import NONCE, SecurityHeaders
from intake.middleware.hosts import answer_only_as, our_hosts
from intake.middleware.input_characters import keep_out_what_cannot_be_kept
from intake.middleware.lazy_mount import OnDemand
from intake.middleware.page_headers import set_page_headers
from intake.middleware.request_log import trace_requests
from intake.operations import views as operations
from intake.privacy import views as privacy
from intake.site import site_folder
from intake.web import KEY, Installation, language, locale

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ADMIN = "/admin"
LOADED_LATER = {ADMIN: "intake.admin_app", "/readyz": "intake.readiness_app"}
"""What is an application of its own, by its address, which is also its name among the application's
extensions.
"""
LARGEST_BODY = 64 * 1024  # bytes; the longest honest form is under 8 KiB


def create_app(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """Return the application for *settings*. Raises `ConfigError` when a setting or the clinic file
    is wrong.
    """
    clinic = load_clinic(settings.clinic or site_folder() / "clinic.toml")
    database = database_with_copy(settings, ledger_folder(settings))
    place = Installation(
        settings, clinic, database, clock or (lambda: datetime.now(UTC)), settings.secret()
    )
    app = pages_for_patients(place)
    inner: WSGIApplication = app.wsgi_app
    for address, module in LOADED_LATER.items():
        inner = app.extensions[address] = OnDemand(inner, address, partial(_load, module, place))
    app.wsgi_app = _before_flask(app, inner, settings)  # type: ignore[assignment, method-assign]
    return app


def pages_for_patients(place: Installation) -> Flask:
    """Return an application with the pages for patients, and with what every request and answer
    passes.
    """
    site, settings = site_folder(), place.settings
    app = Application(
        "intake", template_folder=str(site / "templates"), static_folder=str(site / "static")
    )
    app.extensions[KEY] = place
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SECRET_KEY=place.secret)
    # Before anything asks for its environment
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.session_interface = DeskSessions()
    _configure_sessions(app, settings)
    Babel(
        app,
        default_locale=LOCALES["en"],
        default_translation_directories=str(FOLDER),
        locale_selector=locale,
    )
    trace_requests(app)
    set_page_headers(app)
    answer_only_as(app, our_hosts(settings.public_url))
    keep_out_what_cannot_be_kept(app)
    explain_problems(app)
    callback.mount(app)
    app.register_blueprint(consent.blueprint)
    app.register_blueprint(lost_link.blueprint)
    app.register_blueprint(operations.blueprint)
    app.register_blueprint(privacy.blueprint)
    app.context_processor(lambda: _page_values(place.clinic))
    return app


def _load(module: str, place: Installation) -> Flask:
    """Load a part of the site: the one place where the web process loads something after its
    start.
    """
    made: Flask = import_module(module).create(place)
    return made


def _before_flask(app: Flask, inner: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Return what a request passes before the framework is asked, the last one here first."""
    door: callback.FormState = app.extensions[callback.DOOR]
    inner = PreparedForms(inner, door.forms, our_hosts(settings.public_url))
    if settings.trusted_proxies:
        trusted = settings.trusted_proxies
        inner = ProxyFix(inner, x_for=0, x_proto=trusted, x_host=trusted)
    inner = SenderAddress(inner, proxies=settings.trusted_proxies)
    return SecurityHeaders(inner, is_https=settings.is_https)


def from_environ() -> Flask:
    """Return the application as the environment describes it, for a WSGI server."""
    settings = settings_from_environ()
    log_to_stderr(settings.log_level)
    return create_app(settings)


def settings_from_environ() -> Settings:
    """Return the settings in the environment. Raises `ConfigError`."""
    settings = Settings.from_environ()
    require_safe(settings, os.environ)
    return settings


def _configure_sessions(app: Flask, settings: Settings) -> None:
    """Set the cookie of staff's sessions; pages for patients set none."""
    is_safe = settings.is_https
    app.config.update(
        SESSION_COOKIE_NAME="__Host-intake" if is_safe else "intake",
        SESSION_COOKIE_SECURE=is_safe,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def _page_values(clinic: Clinic) -> dict[str, object]:
    return {
        "clinic": clinic,
        "reception": show_phone(clinic.phones.reception),
        "privacy_phone": show_phone(clinic.privacy.phone),
        "language": language(),
        "csp_nonce": request.environ[NONCE],
    }
