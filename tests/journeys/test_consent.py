"""A patient and their consent, in a real browser, and what the front desk sees of it."""

import json
import subprocess
import sys
import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import accessible
from tests.journeys.conftest import Demo
from tests.journeys.test_request import OVER_THE_EDGE, fill

REMINDERS, NEWS = "Email me appointment reminders", "Email me news of the clinic’s other services"


def ask(page: Page, demo: Demo, path: str = "/", *, email: str) -> str:
    """Send the form with two boxes ticked, go on to the receipt, and return the reference."""
    page.goto(f"{demo.form}{path}")
    # A number of its own, or others would get an alert
    fill(page, name="Ana", phone="416 555 0166", email=email)
    page.locator("#agree_reminders").check()
    page.locator("#agree_news").check()
    page.locator("#send").click()
    reference = page.locator(".reference").inner_text()
    page.locator("a[href^='/consent/']").click()
    page.wait_for_url("**/consent/**")
    return reference


def evidence_of(demo: Demo, reference: str) -> tuple[str, list[dict[str, str]]]:
    """What an auditor's Python says of the person's pack, and what it shows of the records in
    it.
    """
    demo.intake("consent", "export", reference, "--force", "--out", str(demo.data / "pack.zip"))
    with zipfile.ZipFile(demo.data / "pack.zip") as archive:
        archive.extract("verify.py", demo.data)
    command = [sys.executable, "-I", "verify.py", "pack.zip", "--show"]
    checked = subprocess.run(command, cwd=demo.data, capture_output=True, text=True, check=True)
    return checked.stdout, [
        json.loads(line) for line in checked.stdout.splitlines() if line.startswith("{")
    ]


def line(page: Page, words: str) -> Locator:
    return page.locator("#choices ~ form li", has_text=words)


def test_withdraw_one_undo_stop_all_and_the_desk_sees_each(
    demo: Demo, phone: Page, browser
) -> None:
    desk = browser.new_page(viewport={"width": 1280, "height": 800})
    desk.goto(demo.sheet)
    reference = ask(phone, demo, email="ana.walks@example.com")
    consent = desk.locator("tr", has_text=reference).locator("td").nth(10)
    expect(consent).to_have_text("Reminders, News")

    line(phone, NEWS).get_by_role("button", name="Stop only these").click()
    expect(phone.get_by_role("status")).to_contain_text(NEWS)
    expect(consent).to_have_text("Reminders; withdrawn: News")

    line(phone, NEWS).get_by_role("button", name="Agree to these again").click()
    expect(phone.get_by_role("status")).to_contain_text("You get these emails again")
    expect(consent).to_have_text("Reminders, News")

    phone.get_by_role("button", name="Stop all emails").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You get no more emails from us")
    expect(phone.get_by_role("status")).to_contain_text(reference)
    expect(consent).to_have_text("None; withdrawn: Reminders, Care plans, News")

    assert "OK" in evidence_of(demo, reference)[0]
    said = [
        record["decision"]
        for record in evidence_of(demo, reference)[1]
        if record.get("purpose") == "news"
    ]
    assert said == ["shown", "given", "withdrawn", "given", "withdrawn"]

    phone.reload()
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()
    phone.go_back()  # no question whether to send anything again, and today's state
    expect(phone.get_by_role("heading", level=1)).to_have_text("You get no more emails from us")
    desk.close()


@pytest.mark.parametrize("phone", [360, 768, 1280], indirect=True)
def test_the_consent_pages_are_accessible_and_nothing_runs_over_the_edge(
    demo: Demo, phone: Page
) -> None:
    def look() -> None:
        accessible(phone)
        width, window = phone.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window
        assert phone.evaluate(OVER_THE_EDGE) == []

    def press(button: str) -> None:
        with phone.expect_navigation():
            phone.locator(button).click()

    for path in ("/", "/fr/"):
        ask(
            phone, demo, path, email=f"p{phone.viewport_size['width']}{path.strip('/')}@example.com"
        )
        look()
        press("button[value=news]")
        look()
        press("button[value=all]")
        look()
        phone.goto(f"{demo.form}{path}consent/")
        look()
        press("main button")
        expect(phone.locator(".error-summary")).to_be_focused()
        look()
        fill(phone, contact="nobody@example.com")
        press("main button")
        look()


def test_stopping_works_without_javascript_and_with_the_keyboard_alone(demo: Demo, browser) -> None:
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 700}
    ) as context:
        page = context.new_page()
        ask(page, demo, email="keys@example.com")
        page.locator("button[value=all]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("You get no more emails from us")
