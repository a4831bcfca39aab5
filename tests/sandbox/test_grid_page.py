"""The grid as a person sees it, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from intake.config import Clinic
from intake.desk.setup import set_up
from intake.desk.sheet import GoogleSheet
from tests.browser import accessible
from tests.sandbox.running import RunningSandbox


@pytest.fixture
def desk(sandbox: RunningSandbox, clinic: Clinic, browser) -> Iterator[Page]:
    """The front desk's browser, on a queue with two rows."""
    set_up(GoogleSheet(sandbox.access.credentials, sandbox.access.spreadsheet_id), clinic)
    for row, name in ((1, "Ben"), (2, "Ana")):
        sandbox.staff("edit", row=row, column=0, value=f"{name}-REF")
        sandbox.staff("edit", row=row, column=3, value=name)
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(sandbox.access.address)
        expect(page.get_by_role("button", name="Queue")).to_have_attribute("aria-pressed", "true")
        yield page


def test_axe_finds_nothing(desk: Page) -> None:
    desk.get_by_text("Make it fail").click()

    accessible(desk)


def test_new_rows_appear_without_a_reload_and_are_announced(desk: Page, sandbox: RunningSandbox) -> None:
    sandbox.staff("insert_rows", row=1)
    sandbox.staff("edit", row=1, column=0, value="NEW-REF")

    expect(desk.locator("tr", has_text="NEW-REF")).to_be_visible()
    expect(desk.get_by_role("status")).to_have_text("1 new row.")


def test_staff_cells_can_be_written_and_pipeline_cells_can_not(desk: Page, sandbox: RunningSandbox) -> None:
    row = desk.locator("tr", has_text="Ana-REF")
    notes = row.locator("td").last
    notes.click()
    desk.keyboard.type("=call after five")
    sandbox.staff("edit", row=1, column=12, value="Claimed")  # news while a cell is being written
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("status")).to_have_text("Saved.")
    expect(desk.locator("tr", has_text="Ana-REF").locator("td").last).to_have_text("=call after five")
    expect(desk.locator("tr", has_text="Ben-REF").locator("td").nth(12)).to_have_text("Claimed")
    assert sandbox.rows()[1]["Notes"] == "=call after five"
    assert desk.locator("td[contenteditable]").count() == 2 * 5


def test_a_column_is_sorted_by_its_header(desk: Page) -> None:
    desk.get_by_role("button", name="Name").click()

    expect(desk.locator("tbody tr").first).to_contain_text("Ana")
    expect(desk.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")


def test_trouble_can_be_armed_by_a_button(desk: Page, sandbox: RunningSandbox) -> None:
    desk.get_by_text("Make it fail").click()
    desk.get_by_role("button", name="lost_answer").click()

    expect(desk.locator("#armed")).to_have_text("lost_answer × 1")
    desk.get_by_role("button", name="Disarm all").click()
    expect(desk.locator("#armed")).to_have_text("nothing")


def test_without_javascript_the_sheet_is_shown_as_it_was(sandbox: RunningSandbox, desk: Page, browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(sandbox.access.address)
        expect(page.locator("tr", has_text="Ana-REF")).to_be_visible()


def test_what_was_typed_is_text_and_never_markup(desk: Page, sandbox: RunningSandbox) -> None:
    sandbox.staff("edit", row=1, column=3, value="<img src=x onerror=alert(1)>")

    expect(desk.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert desk.locator("td img").count() == 0
