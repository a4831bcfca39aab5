"""The library's settings: what we use of it, with keys of the installation, and what is off."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.config import Clinic, Settings
from intake.staff.login import words
from intake.staff.sessions import FRESH
from intake.web import now

ARGON2 = {
    "argon2__type": "ID",
    "argon2__memory_cost": 24 * 1024,
    "argon2__rounds": 2,
    "argon2__parallelism": 1,
}
"""Above OWASP's floor of 19 MiB with two rounds; ten at once still fit into a small machine."""
CODE_SECONDS = 30
"""How far an app's clock may be off: one code before or after (RFC 6238 s. 5.2)."""
RECOVERY_CODES = 8


def of(settings: Settings, clinic: Clinic) -> Mapping[str, Any]:
    """Return the settings for Flask's configuration."""
    return {
        **words.settings(),
        "SECURITY_DATETIME_FACTORY": now,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(),
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "SECURITY_PASSWORD_SALT": settings.login_key("passwords").hex(),
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_REQUIRED": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_SECONDS,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TOTP_SECRETS": {"1": settings.login_key("codes").hex()},
        "SECURITY_TOTP_ISSUER": clinic.display_name.replace(":", " "),
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": clinic.display_name,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_POST_LOGIN_VIEW": "home.page",
        "SECURITY_POST_VERIFY_VIEW": "account.page",
        "SECURITY_POST_LOGOUT_VIEW": "security.login",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.page",
        "SECURITY_TWO_FACTOR_ERROR_VIEW": "security.login",
        "SECURITY_WAN_POST_REGISTER_VIEW": "security.wan_register",
    }
