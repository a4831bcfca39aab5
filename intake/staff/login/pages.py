"""The library's pages, drawn by our templates: each finds its form under one name, and what is
wrong beside a field.
"""

from typing import Any

from flask import render_template

from intake.staff.qr import Picture

FORMS = {
    "staff/sign_in.html": "login_user_form",
    "staff/code.html": "two_factor_verify_code_form",
    "staff/choose.html": "two_factor_select_form",
    "staff/second_factor.html": "two_factor_verify_code_form",
    "staff/recovery.html": "mf_recovery_form",
    "staff/recovery_codes.html": "mf_recovery_codes_form",
    "staff/verify.html": "verify_form",
    "staff/passkey_sign_in.html": "wan_signin_form",
    "staff/passkey_verify.html": "wan_verify_form",
    "staff/passkeys.html": "wan_register_form",
}
"""Templates, and what the library calls the form that is filled in there."""
TEMPLATES = {
    "SECURITY_LOGIN_USER_TEMPLATE": "staff/sign_in.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "staff/code.html",
    "SECURITY_TWO_FACTOR_SELECT_TEMPLATE": "staff/choose.html",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "staff/second_factor.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "staff/recovery.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "staff/recovery_codes.html",
    "SECURITY_VERIFY_TEMPLATE": "staff/verify.html",
    "SECURITY_WAN_SIGNIN_TEMPLATE": "staff/passkey_sign_in.html",
    "SECURITY_WAN_VERIFY_TEMPLATE": "staff/passkey_verify.html",
    "SECURITY_WAN_REGISTER_TEMPLATE": "staff/passkeys.html",
}


def draw(template: str, **given: Any) -> str:
    """Return the page with the library's values."""
    form = given[FORMS[template]]
    if form.form_errors:  # of the form as a whole: said where the person begins to type
        typed = [field for field in form if field.type not in {"HiddenField", "CSRFTokenField"}]
        first = next((field for field in typed if field.name == "email"), typed[0])
        first.errors = [*first.errors, form.form_errors[0]]
    size, _, path = given.pop("authr_qrcode", "").partition(" ")
    picture = Picture(int(size), path) if size else None
    return render_template(template, **given, form=form, picture=picture)
