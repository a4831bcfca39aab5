"""Google's addresses: tokens, and the Sheets API v4 as far as the queue's adapter uses it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from intake.demo.sandbox import batch, metadata, ranges, spreadsheet
from intake.demo.sandbox.checking import checked
from intake.demo.sandbox.folder import SPREADSHEET_ID
from intake.demo.sandbox.problems import GoogleError, not_found, not_here, refused
from intake.demo.sandbox.shapes import BATCH, RENDERED, SEARCH, TEXT, elsewhere
from intake.demo.sandbox.state import sandbox
from intake.demo.sandbox.tokens import InvalidGrant

BOOK = "/v4/spreadsheets/<spreadsheet_id>"
OF_EVERY_CALL = {
    "alt": frozenset({"json"}),
    "prettyPrint": TEXT,
    **elsewhere(
        "$.xgafv access_token callback fields key oauth_token quotaUser uploadType upload_protocol"
    ),
}
OF_SPREADSHEET = {
    "fields": TEXT,
    "includeGridData": frozenset({"true", "false"}),
    "ranges": TEXT,
    **elsewhere("commentsViewMode excludeTablesInBandedRanges"),
}

blueprint = Blueprint("api", __name__)


def _check_caller(spreadsheet_id: str = SPREADSHEET_ID) -> None:
    sandbox().tokens.check(request.headers.get("Authorization", ""))
    if spreadsheet_id != SPREADSHEET_ID:
        raise not_found()


def _query(shape: dict[str, Any]) -> dict[str, Any]:
    for name in request.args:
        if name not in OF_EVERY_CALL | shape:
            raise refused(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                "parameter. "
                f"Field '{name}' could not be found in request message."
            )
    found: dict[str, Any] = checked(request.args.to_dict(), OF_EVERY_CALL | shape)
    return found


def _body(shape: dict[str, Any]) -> dict[str, Any]:
    _query({})
    given = request.get_json(force=True, silent=True)
    if given is None and request.data:
        raise refused("Invalid JSON payload received. Expected a JSON object.")
    found: dict[str, Any] = checked(given or {}, shape)
    return found


@blueprint.post("/token")
def token() -> tuple[Response, int]:
    """OAuth 2: the JWT bearer grant (RFC 7523)."""
    grant, assertion = request.form.get("grant_type", ""), request.form.get("assertion", "")
    try:
        return jsonify(sandbox().tokens.exchange(grant, assertion)), 200
    except InvalidGrant as error:
        return jsonify(error=error.kind, error_description=str(error)), 400


@blueprint.get("/v1/projects/-/serviceAccounts/<account>/allowedLocations")
def allowed_locations(account: str) -> Response:  # noqa: ARG001
    """google-auth asks in the background where an account may be used: anywhere."""
    _check_caller()
    return jsonify(locations=[], encodedLocations="0x0")


@blueprint.get(BOOK)
def get_spreadsheet(spreadsheet_id: str) -> Response:
    """The spreadsheet's properties, tabs and metadata, without cells."""
    _check_caller(spreadsheet_id)
    asked, state = _query(OF_SPREADSHEET), sandbox().workbook.state
    if "ranges" not in asked and asked.get("includeGridData") != "true":
        return jsonify(spreadsheet.resource(state, asked.get("fields")))
    if "ranges" not in asked or asked.get("includeGridData") != "true":
        raise not_here("ranges without includeGridData, or it without them")
    return jsonify(
        spreadsheet.validations(state, ranges.of_a1(state, asked["ranges"]), asked.get("fields"))
    )


@blueprint.post(f"{BOOK}:batchUpdate")
def batch_update(spreadsheet_id: str) -> Response:
    """All requests or none."""
    _check_caller(spreadsheet_id)
    requests = _body(BATCH).get("requests", [])
    replies = sandbox().workbook.change(lambda state: batch.apply(state, requests))
    request.environ["sandbox.applied"] = True
    return jsonify(spreadsheetId=SPREADSHEET_ID, replies=replies)


@blueprint.get(f"{BOOK}/developerMetadata/<metadata_id>")
def get_metadata(spreadsheet_id: str, metadata_id: str) -> Response:
    """One piece of metadata by its id."""
    _check_caller(spreadsheet_id)
    _query({})
    if not metadata_id.removeprefix("-").isdecimal():
        raise refused(f"Invalid value at 'metadata_id' (TYPE_INT32), \"{metadata_id}\"")
    found = metadata.find(sandbox().workbook.state, {"metadataId": int(metadata_id)})
    if not found:
        raise GoogleError(404, f"No developer metadata with ID {metadata_id}.")
    return jsonify(metadata.as_answered(found[0]))


@blueprint.post(f"{BOOK}/developerMetadata:search")
def search_metadata(spreadsheet_id: str) -> Response:
    """Metadata by key, value, id or kind of place; each is named once, with all the filters that it
    meets.
    """
    _check_caller(spreadsheet_id)
    filters, state = _body(SEARCH).get("dataFilters", []), sandbox().workbook.state
    if any(set(one) != {"developerMetadataLookup"} for one in filters):
        raise not_here("to search for metadata by a range")
    met = [(one, metadata.find(state, one["developerMetadataLookup"])) for one in filters]
    matched = [
        {
            "developerMetadata": metadata.as_answered(item),
            "dataFilters": [one for one, found in met if item in found],
        }
        for item in state["metadata"]
        if any(item in found for _, found in met)
    ]
    return jsonify({"matchedDeveloperMetadata": matched} if matched else {})


@blueprint.get(f"{BOOK}/values/<path:cells>")
def get_values(spreadsheet_id: str, cells: str) -> Response:
    """The values of a range in A1 notation."""
    _check_caller(spreadsheet_id)
    return jsonify(ranges.read(ranges.of_a1(sandbox().workbook.state, cells), _query(RENDERED)))


@blueprint.post(f"{BOOK}/values:batchGetByDataFilter")
def get_values_by_filter(spreadsheet_id: str) -> Response:
    """The values of what data filters match: the way to read a column wherever staff moved it."""
    _check_caller(spreadsheet_id)
    asked, state = _body(SEARCH | RENDERED), sandbox().workbook.state
    found: dict[tuple[int, ...], tuple[ranges.Area, list[Any]]] = {}
    for one in asked.get("dataFilters", []):
        for area in ranges.of_filter(state, one):
            place = (area[0]["properties"]["sheetId"], *area[1:])
            found.setdefault(place, (area, []))[1].append(one)
    matched = [
        {"valueRange": ranges.read(area, asked), "dataFilters": filters}
        for area, filters in found.values()
    ]
    return jsonify(
        {"spreadsheetId": SPREADSHEET_ID} | ({"valueRanges": matched} if matched else {})
    )


@blueprint.route("/v4/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
def anything_else(rest: str) -> Response:
    """Google has more; this stand-in says that it has not."""
    _check_caller()
    raise not_here(f"{request.method} /v4/{rest}")
