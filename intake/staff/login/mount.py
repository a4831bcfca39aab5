"""Which pages of the library there are, where, and who may use them: what is not named here is not
there.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, Flask
from flask_security import Security, recovery_codes, tf_plugin, views, webauthn
from flask_security.signals import user_authenticated, user_failed_authn

from intake.config import Clinic, Settings
from intake.staff.guard import EVERYBODY, OF_LIBRARY, OPEN, Access
from intake.staff.login import configuration, factors, forms, pages, session_events
from intake.staff.login.account import Accounts
from intake.staff.login.address import Addresses
from intake.staff.login.password import Passwords


class Page(NamedTuple):
    """One of the library's."""

    address: str
    name: str
    view: Callable[..., Any]
    methods: tuple[str, ...] = ("GET", "POST")
    access: Access | None = Access(EVERYBODY)
    """None: for whoever wants to come in."""


FRESH = Access(EVERYBODY, fresh=True)
SEND = ("POST",)
PAGES = (
    Page("/sign-in", "login", views.login, access=None),
    Page(
        "/sign-in/code",
        "two_factor_token_validation",
        views.two_factor_token_validation,
        access=None,
    ),
    Page("/sign-in/choose", "tf_select", tf_plugin.tf_select, access=None),
    Page("/sign-in/recovery", "mf_recovery", recovery_codes.mf_recovery, access=None),
    Page("/sign-in/passkey", "wan_signin", webauthn.webauthn_signin, access=None),
    Page(
        "/sign-in/passkey/<token>",
        "wan_signin_response",
        webauthn.webauthn_signin_response,
        SEND,
        None,
    ),
    # Before the first sign-in is complete, too; afterwards the library asks that it be fresh.
    Page("/account/second-factor", "two_factor_setup", views.two_factor_setup, access=None),
    Page(
        "/account/second-factor/<token>",
        "two_factor_setup_validate",
        views.two_factor_setup_validate,
        SEND,
        FRESH,
    ),
    Page(
        "/account/recovery-codes",
        "mf_recovery_codes",
        recovery_codes.mf_recovery_codes,
        access=FRESH,
    ),
    Page("/account/passkeys", "wan_register", webauthn.webauthn_register, access=FRESH),
    Page(
        "/account/passkeys/<token>",
        "wan_register_response",
        webauthn.webauthn_register_response,
        SEND,
        FRESH,
    ),
    Page("/account/passkeys/remove", "wan_delete", webauthn.webauthn_delete, SEND, FRESH),
    Page("/verify", "verify", views.verify),
    Page("/verify/passkey", "wan_verify", webauthn.webauthn_verify),
    Page("/verify/passkey/<token>", "wan_verify_response", webauthn.webauthn_verify_response, SEND),
    Page("/sign-out", "logout", views.logout, SEND),
)


def mount(app: Flask, settings: Settings, clinic: Clinic) -> None:
    """Put the login into *app*."""
    app.config.update(configuration.of(settings, clinic), **pages.TEMPLATES)
    with app.app_context():  # the library tries the clock
        security = _library(app)
    security.want_json(lambda _: False)
    security.login_manager.user_loader(session_events.load)
    security.login_manager.request_loader(lambda _: None)  # no tokens in place of a session
    security.login_manager.session_protection = None  # our sessions stand or end by themselves
    _leave_patients_alone(app, security)
    app.register_blueprint(_blueprint())


def _library(app: Flask) -> Security:
    return Security(
        app,
        Accounts(),
        register_blueprint=False,
        render_template=pages.draw,
        login_form=forms.SignInForm,
        verify_form=forms.FreshForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryForm,
        two_factor_setup_form=forms.SetUpForm,
        two_factor_select_form=forms.ChooseForm,
        two_factor_rescue_form=forms.RescueForm,
        wan_register_form=forms.AddPasskeyForm,
        wan_register_response_form=forms.PasskeyMadeForm,
        wan_signin_form=forms.PasskeyForm,
        wan_signin_response_form=forms.PasskeyAnswerForm,
        password_util_cls=Passwords,
        mail_util_cls=Addresses,
        totp_cls=factors.AppCodes,
        mf_recovery_codes_util_cls=factors.RecoveryCodes,
        webauthn_util_cls=factors.Passkeys,
    )


def _blueprint() -> Blueprint:
    made = Blueprint("security", __name__, url_prefix="/admin")
    for page in PAGES:
        made.add_url_rule(page.address, page.name, page.view, methods=list(page.methods))
        if page.access is None:
            OPEN.add(f"security.{page.name}")
        else:
            OF_LIBRARY[f"security.{page.name}"] = page.access
    # The library names this address on one of its pages; nobody can open it.
    made.add_url_rule("/sign-in/rescue", "two_factor_rescue", build_only=True)
    made.before_request(session_events.before)
    made.after_request(session_events.after)
    return made


def _leave_patients_alone(app: Flask, security: Security) -> None:
    """Take out what asks on every page who is signed in: pages for patients look at no cookie."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)  # noqa: SLF001
    named = [
        one
        for one in app.template_context_processors[None]
        if one.__name__ != "_user_context_processor"
    ]
    app.template_context_processors[None] = named


user_authenticated.connect(session_events.came_in)
user_failed_authn.connect(session_events.failed)
