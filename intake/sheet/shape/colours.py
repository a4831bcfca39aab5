"""Rows coloured by status, a promise that is overdue in red: conditional formats, which follow what
staff write.

Colour never says anything alone: the status, the time and the alert are there in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.config import Clinic
from intake.models import Status
from intake.sheet.queue.columns import PIPELINE, STAFF, Layout
from intake.sheet.queue.statuses import OPEN, PROMISED
from intake.sheet.shape.difference import Difference, Found, letters, whole_column
from intake.sheet.shape.formulas import in_locale, is_same_formula

TRIED = (Status.NO_ANSWER, Status.LEFT_VOICEMAIL, Status.CALL_BACK_LATER)
ROWS: Sequence[tuple[str, Sequence[Status], str, str | None]] = (
    ("claimed", (Status.CLAIMED,), "e3eefc", None),
    ("tried", TRIED, "fff4d6", None),
    ("reached", (Status.REACHED,), "e3f4f1", None),
    ("booked", (Status.BOOKED,), "dcf2dc", None),
    ("forbidden", (Status.DO_NOT_CALL, Status.WRONG_NUMBER), "f3dede", "7a1020"),
    ("done", (Status.NOT_INTERESTED, Status.DUPLICATE, Status.SPAM), "f0f0f0", "5f6368"),
)
_TAGS = {column.key: column.tag for column in (*PIPELINE, *STAFF)}


def colour_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Rules of ours that are missing, changed or out of place: all of ours are then written
    anew.
    """
    del clinic
    standing = list(enumerate(found.queue.get("conditionalFormats", [])))
    ours = [(at, rule) for at, rule in standing if 'N("intake ' in formula_of(rule)]
    wanted = colour_rules(found.layout, found.locale)
    if len(ours) == len(wanted) and all(
        _is_same(rule, one) for (_, rule), one in zip(ours, wanted, strict=True)
    ):
        return
    sheet_id = found.layout.sheet_id
    gone = [
        {"deleteConditionalFormatRule": {"sheetId": sheet_id, "index": at}}
        for at, _ in reversed(ours)
    ]
    new = [
        {"addConditionalFormatRule": {"rule": rule, "index": at}} for at, rule in enumerate(wanted)
    ]
    yield Difference(
        "The colours of rows and of overdue calls are not as they should be.", [*gone, *new]
    )


def colour_rules(layout: Layout, locale: str) -> list[dict[str, Any]]:
    """Return the rules for the columns as they stand, the most urgent first, in the writing of
    *locale*.
    """
    at = {key: layout.places[tag] for key, tag in _TAGS.items() if tag in layout.places}
    found: list[dict[str, Any]] = []
    if "status" not in at:
        return found
    status = f"${letters(at['status'])}1"
    if "call_by" in at:
        cell = f"${letters(at['call_by'])}1"
        late = f'{cell}<>"",{cell}<NOW(),{_one_of(status, PROMISED)}'
        found.append(
            _rule("overdue", late, whole_column(layout.sheet_id, at["call_by"]), "c5221f", "ffffff")
        )
    if "follow_up_on" in at:
        cell = f"${letters(at['follow_up_on'])}1"
        due = f'{cell}<>"",{cell}<NOW(),{_one_of(status, TRIED)}'
        found.append(
            _rule(
                "follow up",
                due,
                whole_column(layout.sheet_id, at["follow_up_on"]),
                "f9c97c",
                "3c2a00",
            )
        )
    if "alert" in at:
        cell = f"${letters(at['alert'])}1"
        found.append(
            _rule(
                "alert",
                f'{cell}<>""',
                whole_column(layout.sheet_id, at["alert"]),
                "fce8e6",
                "8c1d18",
            )
        )
    for name, statuses, background, ink in ROWS:
        found.append(
            _rule(name, _one_of(status, statuses), {"sheetId": layout.sheet_id}, background, ink)
        )
    return [_localised(rule, locale) for rule in found]


def open_words() -> list[str]:
    """Return the words of the statuses in which somebody still has to call."""
    return [status.value for status in Status if status in OPEN]


def formula_of(rule: Mapping[str, Any]) -> str:
    """Return the custom formula of a rule, "" when it has none."""
    values = rule.get("booleanRule", {}).get("condition", {}).get("values", [])
    return str(values[0].get("userEnteredValue", "")) if values else ""


def _one_of(cell: str, statuses: Sequence[Status]) -> str:
    tests = ",".join(f'{cell}="{status}"' for status in statuses)
    return f"OR({tests})" if len(statuses) > 1 else tests


def _rule(
    name: str, test: str, area: Mapping[str, int], background: str, ink: str | None
) -> dict[str, Any]:
    # N() of a text is 0: the formula carries our sign, by which we know our rules again
    text = f'=AND(N("intake {name}")=0,ROW()>1,{test})'
    style: dict[str, Any] = {"backgroundColorStyle": {"rgbColor": rgb(background)}}
    if ink:
        style["textFormat"] = {"foregroundColorStyle": {"rgbColor": rgb(ink)}}
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}
    return {"ranges": [dict(area)], "booleanRule": {"condition": condition, "format": style}}


def rgb(colour: str) -> dict[str, float]:
    """Return a colour as Google wants it: parts from 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return dict(zip(("red", "green", "blue"), (round(part, 4) for part in parts), strict=True))


def _localised(rule: dict[str, Any], locale: str) -> dict[str, Any]:
    condition = rule["booleanRule"]["condition"]
    condition["values"] = [{"userEnteredValue": in_locale(formula_of(rule), locale)}]
    return rule


def _is_same(standing: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return is_same_formula(formula_of(standing), formula_of(wanted)) and _areas(standing) == _areas(
        wanted
    )


def _areas(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    # Google leaves out what is zero
    return [{key: value for key, value in area.items() if value} for area in rule.get("ranges", [])]
