"""Google's token exchange: a signed assertion of the service account for an access token."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from google.auth import jwt
from itsdangerous import BadSignature, URLSafeTimedSerializer

from intake.demo.sandbox.folder import read_key
from intake.demo.sandbox.problems import GoogleError

AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
LIFETIME = 3599  # seconds, as Google says


class InvalidGrant(Exception):
    """The assertion is not accepted."""

    def __init__(self, message: str, kind: str = "invalid_grant") -> None:
        super().__init__(message)
        self.kind = kind


class Tokens:
    """Issues and checks access tokens. They are signed with the key's own text, so they outlive a
    restart.
    """

    def __init__(self, data: Path) -> None:
        key = read_key(data)
        # Our own key, of which the public half is wanted: checking its primes would take most of
        # the start.
        private = serialization.load_pem_private_key(
            key["private_key"].encode(), None, unsafe_skip_rsa_key_validation=True
        )
        self._public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._account = key["client_email"]
        self._signer = URLSafeTimedSerializer(key["private_key"], "access-token")

    def exchange(self, grant: str, assertion: str) -> dict[str, str | int]:
        """Return a new access token. Raises `InvalidGrant`."""
        if grant != GRANT:
            raise InvalidGrant(f"Invalid grant_type: {grant}", "unsupported_grant_type")
        try:
            claims = jwt.decode(assertion, certs=self._public, audience=AUDIENCE)
        except ValueError as error:
            raise InvalidGrant(f"Invalid JWT: {error}") from error
        if claims.get("iss") != self._account:
            raise InvalidGrant("Invalid grant: account not found")
        return {
            "access_token": self._signer.dumps("access"),
            "expires_in": LIFETIME,
            "token_type": "Bearer",
        }

    def check(self, authorization: str) -> None:
        """Raise 401 unless the header carries a token of ours that is still good."""
        if not authorization:
            raise GoogleError(
                401, f"Request is missing required authentication credential. {EXPECTED}"
            )
        scheme, _, token = authorization.partition(" ")
        try:
            self._signer.loads(token if scheme == "Bearer" else "", max_age=LIFETIME)
        except BadSignature:
            raise GoogleError(
                401, f"Request had invalid authentication credentials. {EXPECTED}"
            ) from None
