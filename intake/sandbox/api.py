"""Google's addresses: tokens, and the Sheets API v4 as far as the queue's adapter uses it."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from intake.sandbox import batch, metadata
from intake.sandbox.access import SPREADSHEET_ID
from intake.sandbox.masks import cut
from intake.sandbox.problems import GoogleError, not_here, refused
from intake.sandbox.state import Sandbox
from intake.sandbox.tokens import InvalidGrant
from intake.sandbox.values import read_range

blueprint = Blueprint("api", __name__)
OPTIONS = {"requests", "includeSpreadsheetInResponse", "responseIncludeGridData", "responseRanges"}


def sandbox() -> Sandbox:
    """What this server keeps."""
    found: Sandbox = current_app.extensions["sandbox"]
    return found


def _checked(spreadsheet_id: str) -> None:
    sandbox().tokens.check(request.headers.get("Authorization", ""))
    if spreadsheet_id != SPREADSHEET_ID:
        raise GoogleError(404, "Requested entity was not found.")


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise refused("Invalid JSON payload received.")
    return body


@blueprint.post("/token")
def token() -> tuple[Response, int]:
    """OAuth 2: the JWT bearer grant (RFC 7523)."""
    try:
        return jsonify(
            sandbox().tokens.exchange(request.form.get("grant_type", ""), request.form.get("assertion", ""))
        ), 200
    except InvalidGrant as error:
        return jsonify(error="invalid_grant", error_description=str(error)), 400


@blueprint.get("/v1/projects/-/serviceAccounts/<account>/allowedLocations")
def allowed_locations(account: str) -> Response:  # noqa: ARG001
    """google-auth asks in the background where an account may be used: anywhere."""
    return jsonify(locations=[], encodedLocations="0x0")


@blueprint.get("/v4/spreadsheets/<spreadsheet_id>")
def get_spreadsheet(spreadsheet_id: str) -> Response:
    """The spreadsheet's properties and tabs, without cells."""
    _checked(spreadsheet_id)
    if request.args.get("includeGridData", "false") == "true":
        raise not_here("includeGridData")
    state = sandbox().workbook.state
    sheets = [
        {"properties": {**tab["properties"], "index": index, "sheetType": "GRID"}}
        for index, tab in enumerate(state["sheets"])
    ]
    whole = {"spreadsheetId": SPREADSHEET_ID, "properties": state["properties"], "sheets": sheets}
    return jsonify(cut(whole, request.args.get("fields")))


@blueprint.post("/v4/spreadsheets/<spreadsheet_id>:batchUpdate")
def batch_update(spreadsheet_id: str) -> Response:
    """All requests or none."""
    _checked(spreadsheet_id)
    body = _body()
    for name in body:
        if name not in OPTIONS:
            raise refused(f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')
        if name != "requests":
            raise not_here(name)

    def work(state: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return batch.apply(state, body.get("requests") or [])
        except (KeyError, TypeError, AttributeError) as error:
            raise refused(f"Invalid requests: {error} is missing or of the wrong kind.") from None

    return jsonify(spreadsheetId=SPREADSHEET_ID, replies=sandbox().workbook.change(work))


@blueprint.get("/v4/spreadsheets/<spreadsheet_id>/developerMetadata/<int:metadata_id>")
def get_metadata(spreadsheet_id: str, metadata_id: int) -> Response:
    """One piece of metadata by its id."""
    _checked(spreadsheet_id)
    found = metadata.find(sandbox().workbook.state, {"metadataId": metadata_id})
    if not found:
        raise GoogleError(404, f"No developer metadata with ID {metadata_id} found.")
    return jsonify(found[0])


@blueprint.post("/v4/spreadsheets/<spreadsheet_id>/developerMetadata:search")
def search_metadata(spreadsheet_id: str) -> Response:
    """Metadata by key, value, id or kind of place."""
    _checked(spreadsheet_id)
    filters = _body().get("dataFilters") or []
    if any(set(one) != {"developerMetadataLookup"} for one in filters):
        raise not_here("data filters other than developerMetadataLookup")
    matched = [
        {"developerMetadata": item, "dataFilters": [one]}
        for one in filters
        for item in metadata.find(sandbox().workbook.state, one["developerMetadataLookup"])
    ]
    return jsonify({"matchedDeveloperMetadata": matched} if matched else {})


@blueprint.get("/v4/spreadsheets/<spreadsheet_id>/values/<path:cells>")
def get_values(spreadsheet_id: str, cells: str) -> Response:
    """The values of a range, by rows."""
    _checked(spreadsheet_id)
    if request.args.get("majorDimension", "ROWS") != "ROWS":
        raise not_here("values by columns")
    formatted = request.args.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE"
    return jsonify(read_range(sandbox().workbook.state, cells, formatted=formatted))


@blueprint.route("/v4/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
def anything_else(rest: str) -> Response:
    """Google has more; this stand-in says that it has not."""
    raise not_here(f"{request.method} /v4/{rest}")
