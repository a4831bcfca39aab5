"""The grid as a person sees it, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from intake.config import Clinic
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.queue.columns import STAFF
from intake.sheet.shape.setup import set_up
from tests.browser import accessible
from tests.demo.sandbox.running import RunningSandbox


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


def test_new_rows_appear_without_a_reload_and_are_announced(
    desk: Page, sandbox: RunningSandbox
) -> None:
    sandbox.staff("insert_rows", row=1)
    sandbox.staff("edit", row=1, column=0, value="NEW-REF")

    expect(desk.locator("tr", has_text="NEW-REF")).to_be_visible()
    expect(desk.get_by_role("status")).to_have_text("1 new row.")


def notes_of(desk: Page, ref: str) -> Locator:
    return desk.locator("tr", has_text=ref).get_by_role("textbox", name="Notes")


def status_of(desk: Page, ref: str) -> Locator:
    return desk.locator("tr", has_text=ref).get_by_role("combobox", name="Status")


def test_staff_cells_can_be_written(desk: Page, sandbox: RunningSandbox) -> None:
    notes_of(desk, "Ana-REF").click()
    desk.keyboard.type("=call after five")
    sandbox.staff("edit", row=1, column=12, value="Claimed")  # news while a cell is being written
    expect(status_of(desk, "Ben-REF")).to_have_value("Claimed")
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("status")).to_have_text("Saved.")
    expect(notes_of(desk, "Ana-REF")).to_have_text("=call after five")
    assert sandbox.rows()[1]["Notes"] == "=call after five"


def test_a_column_of_the_pipeline_is_changed_only_after_a_warning(
    desk: Page, sandbox: RunningSandbox
) -> None:
    phone = desk.locator("tr", has_text="Ana-REF").get_by_role("textbox", name="Phone")
    for answer, kept in (("Leave it", ""), ("Change it anyway", "613")):
        phone.click()
        desk.keyboard.type("613")
        desk.keyboard.press("Enter")
        desk.get_by_role("button", name=answer).click()
        expect(desk.get_by_role("dialog")).to_be_hidden()
        expect(phone).to_have_text(kept)

    expect(desk.get_by_role("status")).to_have_text("Saved.")
    assert sandbox.rows()[1]["Phone"] == "613"


def test_a_locked_column_cannot_be_written(
    desk: Page, sandbox: RunningSandbox, clinic: Clinic
) -> None:
    queue = clinic.queue.model_copy(update={"protection": "lock"})
    google = GoogleSheet(sandbox.access.credentials, sandbox.access.spreadsheet_id)
    set_up(google, clinic.model_copy(update={"queue": queue}))

    row = desk.locator("tr", has_text="Ana-REF")
    expect(row.get_by_role("textbox", name="Phone")).to_have_count(0)
    assert row.locator(".box").count() == len(STAFF)


def test_a_status_is_chosen_from_a_list_that_takes_other_words_too(
    desk: Page, sandbox: RunningSandbox
) -> None:
    status = status_of(desk, "Ana-REF")
    offered = desk.locator(f"#{status.get_attribute('list')} option")

    assert offered.count() == 12
    status.fill("Booked")
    status.press("Enter")
    expect(desk.locator("tr", has_text="Ana-REF").locator("td").first).to_have_css(
        "background-color", "rgb(220, 242, 220)"
    )
    status.fill("her mum answered")
    with desk.expect_response("**/sandbox/staff"):
        status.press("Tab")
    assert sandbox.rows()[1]["Status"] == "her mum answered"


def test_a_day_can_be_picked_or_written(desk: Page, sandbox: RunningSandbox) -> None:
    row = desk.locator("tr", has_text="Ana-REF")
    row.locator("input[type=date]").first.fill("2026-11-24")

    expect(row.get_by_role("textbox", name="Last called, row 3", exact=True)).to_have_text(
        "2026-11-24"
    )
    expect(desk.get_by_role("status")).to_have_text("Saved.")
    assert sandbox.rows()[1]["Last called"] == "2026-11-24"


def test_a_filter_view_shows_its_rows_and_leaves_the_cells_where_they_are(
    desk: Page, sandbox: RunningSandbox
) -> None:
    sandbox.staff("edit", row=1, column=12, value="Booked")
    before = sandbox.values()
    expect(desk.locator("tbody tr")).to_have_count(2)

    desk.get_by_label("Filter view").select_option(label="To call now")
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody tr")).to_contain_text("Ana-REF")
    desk.reload()
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.get_by_label("Filter view").select_option(label="Booked")
    expect(desk.locator("tbody tr")).to_contain_text("Ben-REF")
    desk.get_by_label("Filter view").select_option(label="None")
    expect(desk.locator("tbody tr")).to_have_count(2)

    assert sandbox.values() == before


def test_what_is_written_lands_in_its_own_row_when_others_come_on_top_of_it(
    desk: Page, sandbox: RunningSandbox
) -> None:
    notes_of(desk, "Ben-REF").click()
    desk.keyboard.type("asked for ")
    sandbox.staff("insert_rows", row=1, count=2)
    sandbox.staff("edit", row=1, column=0, value="NEW-REF")
    expect(desk.locator("tbody tr").first).to_contain_text("NEW-REF")
    sandbox.staff("sort", column=3)
    expect(desk.locator("tbody tr").first).to_contain_text("Ana-REF")
    desk.keyboard.type("a woman")
    expect(notes_of(desk, "Ben-REF")).to_be_focused()
    desk.keyboard.press("Tab")

    expect(desk.get_by_role("status")).to_have_text("Saved.")
    notes = {row["Ref"]: row["Notes"] for row in sandbox.rows()}
    assert notes == {"Ana-REF": "", "Ben-REF": "asked for a woman", "NEW-REF": ""}


def test_writing_in_a_row_that_was_deleted_is_told_and_goes_nowhere(
    desk: Page, sandbox: RunningSandbox
) -> None:
    notes_of(desk, "Ben-REF").click()
    desk.keyboard.type("too late")
    sandbox.staff("delete_rows", row=1)

    expect(desk.get_by_role("status")).to_have_text(
        "The row you were in was deleted; nothing was saved."
    )
    assert [(row["Ref"], row["Notes"]) for row in sandbox.rows()] == [("Ana-REF", "")]


def test_the_keyboard_is_enough(desk: Page, sandbox: RunningSandbox) -> None:
    notes_of(desk, "Ben-REF").focus()
    desk.keyboard.type("one")
    desk.keyboard.press("Enter")
    expect(notes_of(desk, "Ana-REF")).to_be_focused()
    desk.keyboard.type("two")
    desk.keyboard.press("Escape")
    expect(notes_of(desk, "Ana-REF")).to_have_text("")
    notes_of(desk, "Ben-REF").focus()
    desk.keyboard.press("Shift+Tab")

    expect(
        desk.locator("tr", has_text="Ben-REF").get_by_role(
            "textbox", name="Follow up on, row 2", exact=True
        )
    ).to_be_focused()
    expect(desk.get_by_role("status")).to_have_text("Saved.")
    assert [row["Notes"] for row in sandbox.rows()] == ["one", ""]


def test_a_changed_cell_is_told_and_shown_for_a_moment(desk: Page, sandbox: RunningSandbox) -> None:
    sandbox.staff("edit", row=1, column=12, value="Claimed")

    expect(desk.locator("td.fresh").get_by_role("combobox")).to_have_value("Claimed")
    expect(desk.get_by_role("status")).to_have_text("1 changed cell.")


def test_a_column_is_sorted_by_its_header(desk: Page) -> None:
    desk.get_by_role("button", name="Name").click()

    expect(desk.locator("tbody tr").first).to_contain_text("Ana")
    expect(desk.get_by_role("columnheader", name="Name")).to_have_attribute(
        "aria-sort", "ascending"
    )
    desk.get_by_role("button", name="Name").click()
    expect(desk.locator("tbody tr").first).to_contain_text("Ben")


def test_trouble_can_be_armed_by_a_button(desk: Page, sandbox: RunningSandbox) -> None:
    desk.get_by_text("Make it fail").click()
    desk.get_by_role("button", name="lost_answer").click()

    expect(desk.locator("#armed")).to_have_text("lost_answer × 1 on :batchUpdate")
    desk.get_by_role("button", name="Disarm all").click()
    expect(desk.locator("#armed")).to_have_text("nothing")


def test_without_javascript_the_sheet_is_shown_as_it_was(
    sandbox: RunningSandbox, desk: Page, browser
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(sandbox.access.address)
        expect(page.locator("tr", has_text="Ana-REF")).to_be_visible()


def test_what_was_typed_is_text_and_never_markup(desk: Page, sandbox: RunningSandbox) -> None:
    sandbox.staff("edit", row=1, column=3, value="<img src=x onerror=alert(1)>")

    expect(desk.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert desk.locator("td img").count() == 0


def test_the_page_asks_nobody_else_and_its_policy_allows_nothing_more(
    desk: Page, sandbox: RunningSandbox
) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.on("console", lambda message: wrong.append(message.text))
    desk.reload()
    expect(desk.locator("tr", has_text="Ana-REF")).to_be_visible()

    assert {url.startswith(sandbox.access.address) for url in asked} == {True}
    assert wrong == []
    assert "default-src 'none'" in sandbox.call("GET", "/").headers["Content-Security-Policy"]


def test_only_the_grid_scrolls_sideways_and_the_reference_stays_in_sight(desk: Page) -> None:
    reference, notes = desk.locator("td", has_text="Ana-REF"), notes_of(desk, "Ana-REF")

    for width in (1280, 768, 360):
        desk.set_viewport_size({"width": width, "height": 740})
        notes.scroll_into_view_if_needed()
        expect(notes).to_be_in_viewport()
        expect(reference).to_be_in_viewport()
        assert desk.evaluate("document.documentElement.scrollWidth") == width
