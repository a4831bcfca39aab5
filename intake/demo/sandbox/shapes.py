"""What Google's messages may hold (Sheets API v4, discovery document), and which of it is not to be
had here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

INT, NUMBER, TEXT, YES_NO = "TYPE_INT32", "TYPE_DOUBLE", "TYPE_STRING", "TYPE_BOOL"
ELSEWHERE = "ELSEWHERE"  # Google knows it, this stand-in does not

Shape = str | frozenset[str] | Sequence[Any] | Mapping[str, Any]


class AtMostOne(dict[str, Any]):
    """A message that holds at most one of its fields."""


def elsewhere(names: str) -> dict[str, str]:
    """Fields that are refused with 501 instead of 400."""
    return dict.fromkeys(names.split(), ELSEWHERE)


DIMENSION = frozenset({"ROWS", "COLUMNS"})
DIMENSION_RANGE = {"sheetId": INT, "dimension": DIMENSION, "startIndex": INT, "endIndex": INT}
GRID_RANGE = dict.fromkeys(
    ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"), INT
)
COLOR_STYLE = AtMostOne(
    rgbColor=dict.fromkeys(("red", "green", "blue", "alpha"), NUMBER), themeColor=TEXT
)
TEXT_FORMAT = {
    **dict.fromkeys(("bold", "italic", "strikethrough", "underline"), YES_NO),
    "fontSize": INT,
    "fontFamily": TEXT,
    "foregroundColorStyle": COLOR_STYLE,
    **elsewhere("foregroundColor link"),
}
NUMBER_TYPES = frozenset(
    ["TEXT", "NUMBER", "PERCENT", "CURRENCY", "DATE", "TIME", "DATE_TIME", "SCIENTIFIC"]
)
FORMAT = {
    "numberFormat": {"type": NUMBER_TYPES, "pattern": TEXT},
    "textFormat": TEXT_FORMAT,
    "backgroundColorStyle": COLOR_STYLE,
    "wrapStrategy": frozenset({"OVERFLOW_CELL", "LEGACY_WRAP", "CLIP", "WRAP"}),
    "horizontalAlignment": frozenset({"LEFT", "CENTER", "RIGHT"}),
    "verticalAlignment": frozenset({"TOP", "MIDDLE", "BOTTOM"}),
    **elsewhere("backgroundColor borders hyperlinkDisplayType padding textDirection textRotation"),
}
# Cells are data: a formula is never taken, and text is never read as a number, a date or a formula.
VALUE = AtMostOne(
    stringValue=TEXT,
    numberValue=NUMBER,
    boolValue=YES_NO,
    formulaValue=ELSEWHERE,
    errorValue=ELSEWHERE,
)
CELL = {
    "userEnteredValue": VALUE,
    "userEnteredFormat": FORMAT,
    **elsewhere(
        "chipRuns dataSourceFormula dataSourceTable dataValidation effectiveFormat effectiveValue "
        "formattedValue hyperlink note pivotTable textFormatRuns"
    ),
}

CONDITION = {"type": TEXT, "values": [{"userEnteredValue": TEXT, **elsewhere("relativeDate")}]}
VALIDATION = {
    "condition": CONDITION,
    "inputMessage": TEXT,
    "strict": YES_NO,
    "showCustomUi": YES_NO,
}
PROTECTION = {
    "protectedRangeId": INT,
    "range": GRID_RANGE,
    "description": TEXT,
    "warningOnly": YES_NO,
    "requestingUserCanEdit": YES_NO,
    "editors": {"users": [TEXT], "domainUsersCanEdit": YES_NO, **elsewhere("groups")},
    **elsewhere("namedRangeId tableId unprotectedRanges"),
}
RULE = {
    "ranges": [GRID_RANGE],
    "booleanRule": {"condition": CONDITION, "format": FORMAT},
    **elsewhere("gradientRule"),
}
FILTER = {
    "range": GRID_RANGE,
    "sortSpecs": [
        {
            "dimensionIndex": INT,
            "sortOrder": frozenset({"ASCENDING", "DESCENDING"}),
            **elsewhere("backgroundColorStyle dataSourceColumnReference foregroundColorStyle"),
        }
    ],
    "filterSpecs": [
        {
            "columnIndex": INT,
            "filterCriteria": {
                "hiddenValues": [TEXT],
                "condition": CONDITION,
                **elsewhere("visibleBackgroundColorStyle visibleForegroundColorStyle"),
            },
            **elsewhere("dataSourceColumnReference"),
        }
    ],
    **elsewhere("criteria tableId"),
}
FILTER_VIEW = {**FILTER, "filterViewId": INT, "title": TEXT, **elsewhere("namedRangeId")}

LOCATION = AtMostOne(
    spreadsheet=YES_NO, sheetId=INT, dimensionRange=DIMENSION_RANGE, locationType=ELSEWHERE
)
VISIBILITY = frozenset({"DOCUMENT", "PROJECT"})
METADATA_NAMES = {
    "metadataId": INT,
    "metadataKey": TEXT,
    "metadataValue": TEXT,
    "visibility": VISIBILITY,
}
METADATA = {**METADATA_NAMES, "location": LOCATION}
LOOKUP = {
    **METADATA_NAMES,
    "locationType": frozenset({"ROW", "COLUMN", "SHEET", "SPREADSHEET"}),
    **elsewhere("metadataLocation locationMatchingStrategy"),
}
DATA_FILTER = AtMostOne(developerMetadataLookup=LOOKUP, gridRange=GRID_RANGE, a1Range=TEXT)
SEARCH = {"dataFilters": [DATA_FILTER]}
RENDERED = {
    "majorDimension": DIMENSION,
    "valueRenderOption": frozenset({"FORMATTED_VALUE", "UNFORMATTED_VALUE"}),
    "dateTimeRenderOption": frozenset({"SERIAL_NUMBER", "FORMATTED_STRING"}),
}

GRID = {
    **dict.fromkeys(("rowCount", "columnCount", "frozenRowCount", "frozenColumnCount"), INT),
    "hideGridlines": YES_NO,
    **elsewhere("columnGroupControlAfter rowGroupControlAfter"),
}
TAB = {
    "sheetId": INT,
    "title": TEXT,
    "index": INT,
    "hidden": YES_NO,
    "gridProperties": GRID,
    "tabColorStyle": COLOR_STYLE,
    "sheetType": frozenset({"GRID"}),
    **elsewhere("dataSourceSheetProperties rightToLeft tabColor"),
}
FILE = {
    "title": TEXT,
    "locale": TEXT,
    "timeZone": TEXT,
    "autoRecalc": frozenset({"ON_CHANGE", "MINUTE", "HOUR"}),
    **elsewhere(
        "defaultFormat importFunctionsExternalUrlAccessAllowed iterativeCalculationSettings "
        "spreadsheetTheme"
    ),
}
FOUND = METADATA | {"location": {**LOCATION, "locationType": TEXT}}
SPREADSHEET = {
    "spreadsheetId": TEXT,
    "spreadsheetUrl": TEXT,
    "properties": FILE,
    "developerMetadata": [FOUND],
    "sheets": [
        {
            "properties": TAB,
            "developerMetadata": [FOUND],
            "protectedRanges": [PROTECTION],
            "conditionalFormats": [RULE],
            "filterViews": [FILTER_VIEW],
            "basicFilter": FILTER,
            "data": {
                "startRow": INT,
                "startColumn": INT,
                "rowData": [{"values": [{"dataValidation": VALIDATION}]}],
            },
            **elsewhere(
                "bandedRanges charts columnGroups commentAnchors merges rowGroups slicers tables"
            ),
        }
    ],
    **elsewhere("comments commentsViewMode dataSourceSchedules dataSources namedRanges"),
}
DIMENSION_PROPERTIES = {
    "pixelSize": INT,
    "hiddenByUser": YES_NO,
    **elsewhere("dataSourceColumnReference developerMetadata hiddenByFilter"),
}

REQUESTS: dict[str, Any] = {
    "addConditionalFormatRule": {"rule": RULE, "index": INT},
    "addFilterView": {"filter": FILTER_VIEW},
    "addProtectedRange": {"protectedRange": PROTECTION},
    "addSheet": {"properties": TAB},
    "clearBasicFilter": {"sheetId": INT},
    "createDeveloperMetadata": {"developerMetadata": METADATA},
    "deleteConditionalFormatRule": {"sheetId": INT, "index": INT},
    "deleteDuplicates": {"range": GRID_RANGE, "comparisonColumns": [DIMENSION_RANGE]},
    "deleteFilterView": {"filterId": INT},
    "deleteProtectedRange": {"protectedRangeId": INT},
    "setBasicFilter": {"filter": FILTER},
    "setDataValidation": {"range": GRID_RANGE, "rule": VALIDATION, "filteredRowsIncluded": YES_NO},
    "deleteDeveloperMetadata": {"dataFilter": DATA_FILTER},
    "deleteDimension": {"range": DIMENSION_RANGE},
    "deleteSheet": {"sheetId": INT},
    "insertDimension": {"range": DIMENSION_RANGE, "inheritFromBefore": YES_NO},
    "moveDimension": {"source": DIMENSION_RANGE, "destinationIndex": INT},
    "updateCells": {
        "rows": [{"values": [CELL]}],
        "fields": TEXT,
        "range": GRID_RANGE,
        "start": dict.fromkeys(("sheetId", "rowIndex", "columnIndex"), INT),
    },
    "updateDimensionProperties": {
        "range": DIMENSION_RANGE,
        "properties": DIMENSION_PROPERTIES,
        "fields": TEXT,
        **elsewhere("dataSourceSheetRange"),
    },
    "updateSheetProperties": {"properties": TAB, "fields": TEXT},
    "updateSpreadsheetProperties": {"properties": FILE, "fields": TEXT},
}
OTHER_REQUESTS = elsewhere(
    "addBanding addChart addCommentReply addDataSource addDimensionGroup addNamedRange addSlicer "
    "addTable appendCells appendDimension autoFill autoResizeDimensions cancelDataSourceRefresh "
    "copyPaste cutPaste deleteBanding deleteComment deleteCommentReply deleteDataSource "
    "deleteDimensionGroup deleteEmbeddedObject deleteNamedRange deleteRange deleteTable "
    "duplicateFilterView duplicateSheet findReplace insertComment insertRange mergeCells pasteData "
    "randomizeRange refreshDataSource repeatCell sortRange textToColumns trimWhitespace "
    "unmergeCells updateBanding updateBorders updateChartSpec updateCommentPost "
    "updateConditionalFormatRule updateDataSource updateDeveloperMetadata updateDimensionGroup "
    "updateEmbeddedObjectBorder updateEmbeddedObjectPosition updateFilterView updateNamedRange "
    "updateProtectedRange updateSlicerSpec updateTable"
)
BATCH = {
    "requests": [AtMostOne(REQUESTS | OTHER_REQUESTS)],
    **elsewhere(
        "commentsViewMode includeSpreadsheetInResponse responseIncludeGridData responseRanges"
    ),
}
