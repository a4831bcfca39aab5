"""The adapter to Google Sheets: the only file that says "gspread". What it raises is ours (`desk.errors`)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import google.auth.exceptions
import gspread
import requests
from google.auth.transport.requests import AuthorizedSession
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2.service_account import Credentials
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from intake.desk import errors
from intake.desk.cells import Request
from intake.desk.columns import COLUMN_KEY, Layout
from intake.desk.marks import MARK_KEY, Mark
from intake.desk.redirect import answer_from

SCOPE = "https://www.googleapis.com/auth/spreadsheets"  # not Drive: the least that does the work
TIMEOUTS = (5, 60)  # seconds to connect and between two bytes; gspread itself would wait for ever
HTTP_TOO_MANY = 429
REFUSED = {400: errors.SheetRefused, 403: errors.SheetNotShared, 404: errors.SheetGone}


class GoogleSheet:
    """One spreadsheet, reached with a service account's key. Connects at the first call; not for several threads."""

    def __init__(self, credentials: Path, spreadsheet_id: str) -> None:
        self._key_file = credentials
        self._id = spreadsheet_id
        self._client: gspread.Client | None = None
        self.account = ""

    def layout(self) -> Layout:
        """Where the queue's columns stand now, found by their metadata, which moves with them. One read."""
        found = self._search({"metadataKey": COLUMN_KEY})
        places = [_place(item) for item in found]
        if not places:
            raise errors.SheetNotSetUp("The spreadsheet has no queue yet; run “intake sheet setup”.")
        sheet_id = places[0][0]
        return Layout(sheet_id, {tag: index for sheet, tag, index in places if sheet == sheet_id})

    def add_rows(self, insert: Sequence[Request], mark: Mark) -> None:
        """Send the rows and the batch's mark as one all-or-nothing call; Google refuses a mark that exists."""
        metadata = {
            "metadataId": mark.id,
            "metadataKey": MARK_KEY,
            "metadataValue": mark.value,
            "visibility": "DOCUMENT",
            "location": {"spreadsheet": True},
        }
        self.apply([{"createDeveloperMetadata": {"developerMetadata": metadata}}, *insert])

    def value_of_mark(self, mark_id: int) -> str | None:
        """What the spreadsheet holds under this metadata id, or None. It answers: was this batch applied? One read."""
        try:
            found = self._call("get", f"{SPREADSHEET_URL % self._id}/developerMetadata/{mark_id}")
        except errors.SheetGone:
            # 404 is said of a missing mark and of a missing spreadsheet alike: the second read tells them apart.
            self.title()
            return None
        value = found.get("metadataValue") if found.get("metadataKey") == MARK_KEY else ""
        return str(value or "")

    def marks(self) -> dict[int, str]:
        """Every mark in the spreadsheet. One read."""
        return {item["metadataId"]: item.get("metadataValue", "") for item in self._search({"metadataKey": MARK_KEY})}

    def remove_marks(self, mark_ids: Sequence[int]) -> None:
        """Take away marks that are there. One write."""
        self.apply(
            [
                {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": mark_id}}}}
                for mark_id in mark_ids
            ]
        )

    def title(self) -> str:
        """The spreadsheet's name; also the cheapest proof that it can be reached."""
        return str(
            self._call("get", SPREADSHEET_URL % self._id, params={"fields": "properties.title"})["properties"]["title"]
        )

    def tabs(self) -> dict[str, dict[str, Any]]:
        """The tabs' properties by title."""
        found = self._call("get", SPREADSHEET_URL % self._id, params={"fields": "sheets.properties"})
        return {sheet["properties"]["title"]: sheet["properties"] for sheet in found["sheets"]}

    def first_row(self, tab: str) -> list[str]:
        """The texts of a tab's first row."""
        place = quote(f"'{tab.replace(chr(39), chr(39) * 2)}'!1:1", safe="")
        found = self._call("get", f"{SPREADSHEET_URL % self._id}/values/{place}")
        return [str(value) for value in (found.get("values") or [[]])[0]]

    def apply(self, changes: Sequence[Request]) -> None:
        """Send *changes* as one all-or-nothing batchUpdate. One write."""
        self._call("post", SPREADSHEET_BATCH_UPDATE_URL % self._id, body={"requests": list(changes)})

    def _search(self, lookup: Mapping[str, Any]) -> list[dict[str, Any]]:
        body = {"dataFilters": [{"developerMetadataLookup": dict(lookup)}]}
        found = self._call("post", f"{SPREADSHEET_URL % self._id}/developerMetadata:search", body=body)
        return [item["developerMetadata"] for item in found.get("matchedDeveloperMetadata", [])]

    def _call(self, method: str, url: str, *, body: Any = None, params: Any = None) -> Any:
        if self._client is None:
            self._client = self._connect()
        try:
            return self._client.http_client.request(method, url, params=params, json=body).json()
        except gspread.exceptions.APIError as error:
            raise self._ours(error.response) from error
        except google.auth.exceptions.RefreshError as error:
            raise _token_error(error) from error
        except (google.auth.exceptions.GoogleAuthError, requests.RequestException) as error:
            raise errors.AnswerLost(
                "Google cannot be reached, or did not answer in time; check the network."
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # gspread's APIError fails to build itself from an odd error body: nothing is known of the outcome.
            raise errors.AnswerLost("Google answered in a way that cannot be read; trying again.") from error

    def _connect(self) -> gspread.Client:
        try:
            key = json.loads(self._key_file.read_text())
            credentials = Credentials.from_service_account_info(key, scopes=[SCOPE])
        except OSError as error:
            message = (
                f"INTAKE_GOOGLE_CREDENTIALS: {self._key_file} cannot be read ({error.strerror}); correct the path."
            )
            raise errors.CredentialsRefused(message) from error
        except ValueError as error:
            message = (
                f"INTAKE_GOOGLE_CREDENTIALS: {self._key_file} is no service account key; download it again as JSON."
            )
            raise errors.CredentialsRefused(message) from error
        self.account = credentials.service_account_email
        client = gspread.Client(auth=credentials, session=_session(credentials, key.get("sheets_endpoint")))
        client.set_timeout(TIMEOUTS)
        return client

    def _ours(self, response: requests.Response) -> errors.SheetError:
        # `APIError.code` is -1 when the body is HTML; the response itself always knows.
        status, said = response.status_code, _said(response)
        if status == HTTP_TOO_MANY:
            return errors.SheetBusy("Google asks us to slow down; try again in a minute.", _retry_after(response))
        if status == 401:  # noqa: PLR2004  (after google-auth renewed its token twice)
            return errors.CredentialsRefused("Google does not accept the service account's key; make a new one.")
        if status == 403 and "SERVICE_DISABLED" in response.text:  # noqa: PLR2004
            return errors.SheetNotShared("The Google Sheets API is off for this project; enable it in Google Cloud.")
        sentences = {
            400: f"Google refused the change as it was sent: {said}",
            403: f"Share the spreadsheet with {self.account} as an editor. Google says: {said}",
            404: "There is no spreadsheet with this id; correct INTAKE_SPREADSHEET_ID.",
        }
        if status in REFUSED:
            return REFUSED[status](sentences[status])
        lost = errors.AnswerLost(f"Google had a fault of its own (HTTP {status}); trying again.")
        lost.retry_after = _retry_after(response)
        return lost


def _session(credentials: Credentials, endpoint: str | None) -> requests.Session:
    """google-auth's session; for a key of the sandbox every call, the token's included, goes to its own address."""
    if endpoint is None:
        return AuthorizedSession(credentials, refresh_timeout=TIMEOUTS[1])
    for_tokens = requests.Session()
    answer_from(for_tokens, endpoint)
    session = AuthorizedSession(credentials, refresh_timeout=TIMEOUTS[1], auth_request=AuthRequest(for_tokens))
    answer_from(session, endpoint)
    return session


def _place(item: Mapping[str, Any]) -> tuple[int, str, int]:
    where = item["location"]["dimensionRange"]
    return where.get("sheetId", 0), item["metadataValue"], where.get("startIndex", 0)


def _said(response: requests.Response) -> str:
    try:
        return str(response.json()["error"]["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None


def _token_error(error: google.auth.exceptions.RefreshError) -> errors.SheetError:
    text = str(error)
    if "short-lived token" in text or "Token must be" in text:
        return errors.CredentialsRefused("This computer's clock is wrong; set it, or have it set from the network.")
    if "invalid_grant" in text:
        return errors.CredentialsRefused("The service account's key was deleted or disabled; make a new one.")
    return errors.AnswerLost("Google's sign-in does not answer; trying again.")
