"""Spreadsheets of every locale, on every stand-in: rules and filters are written as the locale
writes formulas.
"""

import re

import pytest

from intake.sheet.shape.colours import formula_of
from intake.sheet.shape.setup import Upkeep, differences, set_up
from tests.conftest import NOON

LOCALES = {
    "fr_CA": ";",
    "fr_FR": ";",
    "de_DE": ";",
    "pt_BR": ";",
    "en_CA": ",",
    "en_GB": ",",
    "ja_JP": ",",
}
SEPARATORS = re.compile(r'"[^"]*"|([,;])')


def in_locale(stand, locale):
    stand.change(
        {"updateSpreadsheetProperties": {"properties": {"locale": locale}, "fields": "locale"}}
    )


def formulas(google):
    found = google.describe(google.layout())
    rules = [
        formula_of(rule) for sheet in found.sheets for rule in sheet.get("conditionalFormats", [])
    ]
    conditions = [
        spec["filterCriteria"].get("condition", {})
        for view in found.queue.get("filterViews", [])
        for spec in view.get("filterSpecs", [])
    ]
    filters = [
        one["values"][0]["userEnteredValue"]
        for one in conditions
        if one.get("type") == "CUSTOM_FORMULA"
    ]
    return rules + filters


@pytest.mark.parametrize("locale", LOCALES)
def test_formulas_are_written_as_the_spreadsheets_locale_reads_them(stand, google, clinic, locale):
    in_locale(stand, locale)

    said = set_up(google, clinic)

    found = formulas(google)
    used = {mark for formula in found for mark in SEPARATORS.findall(formula) if mark}
    assert not any("Not put right" in line for line in said)
    assert (len(found), used) == (11, {LOCALES[locale]})
    assert differences(google, clinic) == []


def test_nothing_is_written_again_after_the_locale_was_changed(queue, google, clinic):
    for locale in ("fr_CA", "en_CA", "de_DE"):
        in_locale(queue, locale)
        queue.clear()

        assert Upkeep(google, clinic).step(NOON).problem is None

        assert differences(google, clinic) == []
        assert "batchUpdate" not in queue.calls()


def test_colours_that_staff_spoiled_are_written_anew_in_the_spreadsheets_locale(
    queue, google, clinic
):
    in_locale(queue, "fr_CA")
    queue.change({"deleteConditionalFormatRule": {"sheetId": google.layout().sheet_id, "index": 0}})

    Upkeep(google, clinic).step(NOON)

    assert differences(google, clinic) == []
    assert '=AND(N("intake overdue")=0;ROW()>1;' in formulas(google)[0]
