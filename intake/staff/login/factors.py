"""The factors beside the password: codes of an app, recovery codes, passkeys. Each code works
once.
"""

from typing import Any

from flask_security import MfRecoveryCodesUtil, WebauthnUtil
from flask_security.totp import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from intake.staff.login.origin import origin
from intake.staff.qr import picture_of
from intake.staff.recovery_codes import kept_as, new_code
from intake.staff.second_factor import use_recovery_code, use_step
from intake.web import now, transaction


class AppCodes(Totp):
    """Codes of an authenticator app (RFC 6238), by our clock."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        self._totp = TOTP.using(issuer=issuer, secrets=secrets, now=lambda: now().timestamp())

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the picture as its size and a path, for the page to draw: our pages take no images
        from elsewhere.
        """
        picture = picture_of(self.get_totp_uri(username, totp))
        return f"{picture.size} {picture.path}"

    def generate_recovery_codes(self, number: int) -> list[str]:
        """*number* new ones."""
        return [new_code() for _ in range(number)]

    def get_last_counter(self, user: Any) -> int | None:
        """Return the step of the last code that was used."""
        step: int | None = user.totp_used_at
        return step

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use the step up. Raises `TokenError`, which counts as a wrong code, when another was
        quicker.
        """
        with transaction() as session:
            if not use_step(session, user.id, tmatch.counter):
                raise TokenError("used already")


class RecoveryCodes(MfRecoveryCodesUtil):
    """Kept as hashes: nobody reads them again, not even their owner."""

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002  (its signature)
        """None: they are shown once, when they are made."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Return whether it is one of the account's; if so it is used up by that."""
        with transaction() as session:
            return use_recovery_code(session, user.id, kept_as(code))

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002  (its signature)
        """Nothing: the check has taken it off the list."""
        return True

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [kept_as(code) for code in codes]


class Passkeys(WebauthnUtil):
    """What we ask of a passkey. In place of the password it must have made sure who holds it: face,
    finger or PIN.
    """

    def origin(self) -> str:
        """Return the address that browsers must have in their bar."""
        return origin()

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:  # noqa: ARG002
        """Return options that allow any kind of device; one that is used alone must know its owner
        and be found without a name.
        """
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED
            if alone
            else ResidentKeyRequirement.DISCOURAGED,
            user_verification=_required(alone),
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:  # noqa: ARG002
        """Required where the passkey is all there is."""
        return _required(usage == ["first"])


def _required(alone: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
