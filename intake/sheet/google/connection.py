"""The line to Google: one call at a time, with time-outs, and with errors of ours (`sheet.errors`)
instead of theirs.
"""

import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import google.auth.exceptions
import gspread
import requests
from google.auth.transport.requests import AuthorizedSession
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2.service_account import Credentials

from intake.config import ConfigError, read_service_key
from intake.sheet import errors
from intake.sheet.google.call_quota import Allowance
from intake.sheet.google.redirect import answer_from

SCOPE = "https://www.googleapis.com/auth/spreadsheets"  # not Drive: the least that does the work
TIMEOUTS = (5, 60)  # seconds to connect and between two bytes; gspread itself would wait for ever
LONGEST_REST = (
    600.0  # seconds; a longer one would look as if the clock had been set back (`outbox.is_due`)
)
HTTP_TOO_MANY = 429
# Google's words; the status is that of any request that makes no sense
PROTECTED = "protected cell or object"
FULL = ("above the limit of", "storage quota")
"""What Google says when the whole file has no room: ten million cells, 18,278 columns, the owner's
storage.
"""
WHERE = re.compile(r"^Invalid requests\[\d+\]\.\w+: ")
"""Which part of our call it was: tells a person nothing."""
# the only call of ours that writes; searches are posted as well, and count as reads
CHANGING = ":batchUpdate"
UNREADABLE = "Google answered in a way that cannot be read; trying again."
REFUSED = {
    400: errors.SheetRefused,
    403: errors.SheetNotShared,
    404: errors.SheetGone,
    413: errors.SheetTooLarge,
}


class GoogleConnection:
    """Opened at the first call with a service account's key, anew when not let in. Not for several
    threads.
    """

    def __init__(self, key_file: Path, allowance: Allowance | None = None) -> None:
        self._key_file, self._allowance = key_file, allowance
        self._client: gspread.Client | None = None
        self.account = ""

    def call(self, method: str, url: str, *, body: Any = None, params: Any = None) -> Any:
        """Return the JSON that Google answers. Raises a `SheetError` that names what to do."""
        try:
            return self._ask(method, url, body, params)
        except (errors.CredentialsRefused, errors.SheetNotShared):
            self._client = (
                None  # whoever acts may replace the key file: it is read again for the next call
            )
            raise

    def _ask(self, method: str, url: str, body: Any, params: Any) -> Any:
        if self._client is None:
            self._client = self._connect()
        if self._allowance:
            (self._allowance.writes if url.endswith(CHANGING) else self._allowance.reads).pay()
        try:
            answer = self._client.http_client.request(method, url, params=params, json=body).json()
        except gspread.exceptions.APIError as error:
            raise self._ours(error.response) from error
        except google.auth.exceptions.RefreshError as error:
            raise _token_error(error) from error
        except (google.auth.exceptions.GoogleAuthError, requests.RequestException) as error:
            raise errors.AnswerLost(
                "Google cannot be reached, or did not answer in time; check the network."
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # gspread's APIError fails to build itself from an odd error body: nothing is known of
            # the outcome.
            raise errors.AnswerLost(UNREADABLE) from error
        if not isinstance(answer, dict):
            # A proxy's, or nobody's: Google answers with an object
            raise errors.AnswerLost(UNREADABLE)
        return answer

    def _connect(self) -> gspread.Client:
        try:
            key = read_service_key(self._key_file)
            credentials = Credentials.from_service_account_info(key, scopes=[SCOPE])
        except ConfigError as error:
            raise errors.CredentialsRefused(f"{error}.") from error
        except (
            google.auth.exceptions.GoogleAuthError,
            AttributeError,
            TypeError,
            ValueError,
        ) as error:
            raise errors.CredentialsRefused(
                f"INTAKE_GOOGLE_CREDENTIALS: the private key in {self._key_file} cannot be "
                "read; download it again."
            ) from error
        self.account = credentials.service_account_email
        client = gspread.Client(
            auth=credentials, session=_session(credentials, key.get("sheets_endpoint"))
        )
        client.set_timeout(TIMEOUTS)
        return client

    def _ours(self, response: requests.Response) -> errors.SheetError:
        # `APIError.code` is -1 when the body is HTML; the response itself always knows.
        status, said = response.status_code, _said(response)
        if status == HTTP_TOO_MANY:
            return errors.SheetBusy(
                "Google asks us to slow down; try again in a minute.", _retry_after(response)
            )
        if status == 401:  # noqa: PLR2004  (after google-auth renewed its token twice)
            return errors.CredentialsRefused(
                "Google does not accept the service account's key; make a new one."
            )
        if status == 403 and "SERVICE_DISABLED" in response.text:  # noqa: PLR2004
            return errors.SheetNotShared(
                "The Google Sheets API is off for this project; enable it in Google Cloud."
            )
        if of_file := self._refused_by_file(status, said):
            return of_file
        sentences = {
            400: (
                "Google refuses what was sent; “intake sheet check” tells whether something is "
                "off in the sheet."
            ),
            403: f"Share the spreadsheet with {self.account} as an editor.",
            404: "There is no spreadsheet with this id; correct INTAKE_SPREADSHEET_ID.",
            413: "Google found the change too large; it is sent in smaller parts.",
        }
        if status in REFUSED:
            refused = REFUSED[status](sentences[status])
            refused.said = said
            return refused
        lost = errors.AnswerLost(f"Google had a fault of its own (HTTP {status}); trying again.")
        lost.retry_after = _retry_after(response)
        return lost

    def _refused_by_file(self, status: int, said: str) -> errors.SheetRefused | None:
        """Return the refusals that have nothing to do with what was sent: the spreadsheet itself is
        in the way.
        """
        if status == 400 and PROTECTED in said:  # noqa: PLR2004
            return errors.SheetProtected(
                f"A protection in the spreadsheet keeps the pipeline out; let {self.account} edit "
                "what it protects, or take it away (Data › Protect sheets and ranges)."
            )
        if status in {400, 403} and any(words in said for words in FULL):
            return errors.SheetFull(
                "The spreadsheet is full, so no row can be added. Google says: "
                f"“{WHERE.sub('', said)}” Delete tabs, columns or empty rows that nobody needs, or "
                "free storage of the file's owner; what waits then comes by itself."
            )
        return None


def _session(credentials: Credentials, endpoint: str | None) -> requests.Session:
    """google-auth's session; for a key of the sandbox every call, the token's included, goes to its
    own address.
    """
    if endpoint is None:
        return AuthorizedSession(credentials, refresh_timeout=TIMEOUTS[1])
    for_tokens = requests.Session()
    answer_from(for_tokens, endpoint)
    session = AuthorizedSession(
        credentials, refresh_timeout=TIMEOUTS[1], auth_request=AuthRequest(for_tokens)
    )
    answer_from(session, endpoint)
    return session


def _said(response: requests.Response) -> str:
    try:
        return str(response.json()["error"]["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def _retry_after(response: requests.Response) -> float | None:
    """Seconds, or a date (RFC 9110 s. 10.2.3), which is counted from the answer's own."""
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return min(float(value), LONGEST_REST)
    try:
        until, now = (
            parsedate_to_datetime(text) for text in (value, response.headers.get("Date", ""))
        )
        return min(max((until - now).total_seconds(), 0.0), LONGEST_REST)
    except (TypeError, ValueError):
        return None


def _token_error(error: google.auth.exceptions.RefreshError) -> errors.SheetError:
    text = str(error)
    if "short-lived token" in text or "Token must be" in text:
        return errors.CredentialsRefused(
            "This computer's clock is wrong; set it, or have it set from the network."
        )
    if "invalid_grant" in text:
        return errors.CredentialsRefused(
            "The service account's key was deleted or disabled; make a new one."
        )
    return errors.AnswerLost("Google's sign-in does not answer; trying again.")
