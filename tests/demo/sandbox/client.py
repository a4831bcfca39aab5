"""The stand-in as gspread meets it: the real client and the real token exchange, over HTTP."""

import json

import gspread
import pytest
import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.service_account import Credentials

from intake.sheet.google.redirect import answer_from
from tests.waiting import RAN_TOO_LONG

TEXT = {"userEnteredValue": {"stringValue": "=1+1"}}


def client_of(sandbox, **key_changes):
    key = json.loads(sandbox.access.credentials.read_text()) | key_changes
    credentials = Credentials.from_service_account_info(
        key, scopes=["https://www.googleapis.com/auth/spreadsheets"]
    )
    for_tokens = requests.Session()
    answer_from(for_tokens, sandbox.access.address)
    session = AuthorizedSession(credentials, auth_request=Request(for_tokens))
    answer_from(session, sandbox.access.address)
    client = gspread.Client(auth=credentials, session=session)
    client.set_timeout(RAN_TOO_LONG)
    return client


def cells(row=0, column=0, *values, fields="userEnteredValue"):
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(values)}], "fields": fields}}


def columns(start, end):
    return {"sheetId": 0, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}


def column_mark(index, value="pipeline:name", **more):
    place = columns(index, index + 1)
    metadata = {"metadataKey": "intake.column", "metadataValue": value, "visibility": "DOCUMENT"}
    return {
        "createDeveloperMetadata": {
            "developerMetadata": metadata | {"location": {"dimensionRange": place}} | more
        }
    }


def mark(metadata_id):
    metadata = {
        "metadataId": metadata_id,
        "metadataKey": "m",
        "metadataValue": "v",
        "visibility": "DOCUMENT",
    }
    return {
        "createDeveloperMetadata": {
            "developerMetadata": metadata | {"location": {"spreadsheet": True}}
        }
    }


def call(book, method, path, **kwargs):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}{path}"
    return book.client.request(method, url, **kwargs).json()


def status_of(work):
    with pytest.raises(gspread.exceptions.APIError) as caught:
        work()
    return caught.value.response.status_code, caught.value.response.json()["error"]["status"]


def places_of(book):
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "intake.column"}}]}
    found = call(book, "post", "/developerMetadata:search", json=lookup)
    return {
        one["developerMetadata"]["metadataValue"]: one["developerMetadata"]["location"][
            "dimensionRange"
        ]["startIndex"]
        for one in found.get("matchedDeveloperMetadata", [])
    }
