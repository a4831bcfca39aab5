"""What the library says, in the words of our pages."""

GENERIC = (
    "Email address and password do not match an account. Check both, or ask an owner for a new link"
)
AGAIN = "That took too long, or the page was old. Start again"
MESSAGES = {
    "GENERIC_AUTHN_FAILED": GENERIC,
    "DISABLED_ACCOUNT": GENERIC,
    "INVALID_PASSWORD": "This is not your password",
    "PASSWORD_NOT_PROVIDED": "Enter your password",
    "INVALID_REDIRECT": AGAIN,
    "API_ERROR": AGAIN,
    "TWO_FACTOR_SETUP_EXPIRED": AGAIN,
    "WEBAUTHN_EXPIRED": AGAIN,
    "TWO_FACTOR_PERMISSION_DENIED": "Sign in first",
    "UNAUTHENTICATED": "Sign in first",
    "REAUTHENTICATION_REQUIRED": "Show once more that it is you",
    "REAUTHENTICATION_SUCCESSFUL": "Thank you. You can go on",
    "TWO_FACTOR_INVALID_TOKEN": (
        "This code is not right, was used already, or is too old. Enter the one shown now"
    ),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": "Start with the button on this page",
    "TWO_FACTOR_LOGIN_SUCCESSFUL": "You are signed in",
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "Your new app counts from now on; the one before does not"
    ),
    "INVALID_RECOVERY_CODE": "This recovery code is not right, or was used already",
    "NO_RECOVERY_CODES_SETUP": "Recovery codes are shown once, when they are made",
    "WEBAUTHN_NAME_REQUIRED": "Give the passkey a name, so that you know it again",
    "WEBAUTHN_NAME_INUSE": "You have a passkey with this name; choose another name",
    "WEBAUTHN_NAME_NOT_FOUND": "You have no passkey with this name",
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": "Use letters, digits, spaces, - and _ in the name",
    "WEBAUTHN_CREDENTIAL_DELETED": "The passkey is removed",
    "WEBAUTHN_REGISTER_SUCCESSFUL": "The passkey is added",
    "WEBAUTHN_CREDENTIAL_ID_INUSE": "This passkey is registered already",
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": "We do not know this passkey. Sign in with your password",
    "WEBAUTHN_NO_VERIFY": "The passkey could not be checked. Try again, or use your password",
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        "This passkey is not meant for this step. Use your password or your app"
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": "This passkey belongs to another account",
    "INVALID_INPUT": "Use letters, digits, spaces, - and _ in the name",
    "INVALID_INPUT_LENGTH": "Choose a shorter name",
}


def settings() -> dict[str, tuple[str, str]]:
    """Return the settings as the library wants them."""
    said = {
        "REAUTHENTICATION_SUCCESSFUL",
        "TWO_FACTOR_LOGIN_SUCCESSFUL",
        "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL",
        "WEBAUTHN_CREDENTIAL_DELETED",
        "WEBAUTHN_REGISTER_SUCCESSFUL",
    }
    return {
        f"SECURITY_MSG_{key}": (words, "info" if key in said else "error")
        for key, words in MESSAGES.items()
    }
