"""The library's forms, each try of which is counted."""

from typing import Any

from flask import session, url_for
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
)
from flask_security.forms import Form
from flask_security.proxies import _datastore
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from intake.staff.login.counting import counted

MOST_NESTED = 60
"""Brackets in what a passkey answers; there are a handful. JSON within JSON without end would
exhaust its reader.
"""


def _shallow(answer: str | None) -> str:
    """Return what a passkey answered; nothing where it is nested as no passkey does."""
    return answer if answer and answer.count("[") + answer.count("{") <= MOST_NESTED else ""


class Chosen(StringField):
    """A choice that the library offers and checks by itself; its own fields are such as WTForms
    warns of.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[tuple[str, str]] = []


class SetUpForm(TwoFactorSetupForm):
    """Begins with an app; there is no other method."""

    setup = Chosen()  # type: ignore[assignment]


class ChooseForm(TwoFactorSelectForm):
    """Which of one’s second factors to use."""

    which = Chosen()  # type: ignore[assignment]


class RescueForm(TwoFactorRescueForm):
    """The library makes one, though nobody can send it."""

    help_setup = Chosen()  # type: ignore[assignment]


class AddPasskeyForm(WebAuthnRegisterForm):
    """A name for the passkey, and what it is for."""

    usage = RadioField(choices=[SelectChoice("first"), SelectChoice("secondary")])


class PasskeyMadeForm(WebAuthnRegisterResponseForm):
    """What a new passkey says of itself."""

    credential = HiddenField(filters=[_shallow])


class ThrottledForm(Form):
    """Looks only after the try was counted, so that many at once gain nothing."""

    what = "password"
    user: Any

    def asked_for(self) -> str:
        """Return the email of the account that is asked for; "" where nobody knows it yet."""
        user = self.user or _half_way_in()
        return user.email if user else ""

    def validate(self, **kwargs: Any) -> bool:  # type: ignore[override]  # as the library has it
        """Return whether it is right."""
        with counted(self.what, self.asked_for()) as this:
            this.is_right = super().validate(**kwargs)
        return this.is_right


class SignInForm(ThrottledForm, LoginForm):
    """Email and password. Nobody is remembered beyond the session."""

    remember = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _lead_on(self)

    def asked_for(self) -> str:
        """Return the identifier as it was typed."""
        return (self.email.data or "")[:254]


class FreshForm(ThrottledForm, VerifyForm):
    """The password once more, before something that needs it."""


class CodeForm(ThrottledForm, TwoFactorVerifyCodeForm):
    """The code of the app."""

    what = "code"


class RecoveryForm(ThrottledForm, MfRecoveryForm):
    """A recovery code in place of the app."""

    what = "recovery"


class PasskeyForm(WebAuthnSigninForm):
    """Asks for a passkey. Nobody is remembered beyond the session."""

    remember = HiddenField(filters=[lambda _: ""])  # type: ignore[assignment]


class PasskeyAnswerForm(ThrottledForm, WebAuthnSigninResponseForm):
    """What the passkey answered."""

    what = "passkey"
    remember = HiddenField(filters=[lambda _: ""])
    credential = HiddenField(filters=[_shallow])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _lead_on(self)


def _lead_on(form: SignInForm | PasskeyAnswerForm) -> None:
    """To the desk, where no page was asked for: the library would come back to the whole address of
    this one.
    """
    if not form.next.data:
        form.next.data = url_for("home.page")


def _half_way_in() -> Any:
    """Return who has given the password and not yet the second factor."""
    identifier = session.get("tf_user_id")
    return _datastore.find_user(fs_uniquifier=identifier) if identifier else None
