"""“Back” brings a page back as it was left, scripts and all (back-forward cache), and it works as
if it were new.
"""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import keeping_pages
from tests.journeys.conftest import Demo
from tests.journeys.test_request import fill

COUNT_RETURNS = (
    "addEventListener('pageshow', (event) => { if (event.persisted) window.cameBack = "
    "(window.cameBack || 0) + 1; })"
)


@pytest.fixture(scope="module")
def keeping(browser: Browser) -> Iterator[Browser]:
    """A Chromium with its back-forward cache on."""
    with keeping_pages(browser) as other:
        yield other


@pytest.fixture
def page(keeping: Browser) -> Iterator[Page]:
    with keeping.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(COUNT_RETURNS)
        yield page


def back(page: Page, times: int = 1) -> None:
    """Go back, and see that the page was brought back, not loaded."""
    page.go_back(wait_until="commit")
    page.wait_for_function("times => window.cameBack === times", arg=times)


def stored(demo: Demo, name: str) -> list[tuple[str, str]]:
    """Language and number of the requests under this name."""
    database = sqlite3.connect(demo.data / "data" / "intake.db", timeout=10)
    found = database.execute(
        "SELECT form_language, phone FROM lead WHERE name = ? ORDER BY id", [name]
    ).fetchall()
    database.close()
    return [(str(language), str(phone)) for language, phone in found]


@pytest.mark.parametrize(
    ("path", "other", "title", "language"),
    [
        ("/", "Français", "Demander un rappel", "en"),
        ("/fr/", "English", "Request a call back", "fr"),
    ],
)
def test_who_looked_at_the_other_language_and_came_back_sends_what_they_see(
    demo: Demo, page: Page, path: str, other: str, title: str, language: str
) -> None:
    name = f"Back {language}"
    page.goto(f"{demo.form}{path}")
    fill(page, name=name, phone="416 555 0143")
    page.get_by_role("link", name=other).click()
    expect(page.locator("h1")).to_have_text(title)

    back(page)
    expect(page.locator("#name")).to_have_value(name)
    page.locator("#send").click()

    expect(page.locator(".confirmed")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", f"{language}-CA")
    assert stored(demo, name) == [(language, "+14165550143")]


def test_the_languages_can_be_changed_again_and_again(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.form}/")
    fill(page, name="Again", phone="416 555 0144")
    for times in (1, 2):
        page.get_by_role("link", name="Français").click()
        expect(page.locator("#name")).to_have_value("Again")
        expect(page.locator("html")).to_have_attribute("lang", "fr-CA")
        back(page, times)
    assert page.locator("[name=switch_language]").count() == 0

    page.locator("#send").click()

    expect(page.locator(".confirmed")).to_be_visible()
    assert [language for language, _ in stored(demo, "Again")] == ["en"]


def test_an_empty_form_that_was_left_by_the_plain_link_works_when_it_is_back(
    demo: Demo, page: Page
) -> None:
    page.goto(f"{demo.form}/")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr-CA")

    back(page)
    fill(page, name="Plain", phone="416 555 0145")
    page.locator("#send").click()

    expect(page.locator(".confirmed")).to_be_visible()
    assert [language for language, _ in stored(demo, "Plain")] == ["en"]


def test_a_form_that_was_sent_can_be_sent_when_it_is_back(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.form}/")
    fill(page, name="Sent", phone="416 555 0146")
    page.locator("#send").click()
    expect(page.locator(".confirmed")).to_be_visible()
    first = page.url

    back(page)
    page.locator("#send").click()

    expect(page.locator(".confirmed")).to_be_visible()
    assert page.url == first
    assert len(stored(demo, "Sent")) == 1


def test_the_language_can_be_changed_right_after_a_press_that_was_stopped(
    demo: Demo, page: Page
) -> None:
    page.goto(f"{demo.form}/")
    fill(page, name="Stopped")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault(), { once: true })")
    page.locator("#send").click()

    page.get_by_role("link", name="Français").click()

    expect(page.locator("h1")).to_have_text("Demander un rappel")
    expect(page.locator("#name")).to_have_value("Stopped")


def test_a_page_that_asks_for_a_passkey_asks_anew_when_it_is_back(demo: Demo, page: Page) -> None:
    desk = demo.first_sign_in.partition("welcome/")[0]
    page.goto(f"{desk}sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    options = page.locator("[data-passkey]").get_attribute("data-options")
    page.wait_for_load_state()  # the script has run
    page.evaluate("document.querySelector('[data-passkey]').elements.credential.value = 'used up'")

    # the page says no-store, and this Chromium then loads it again: others bring it back, and say
    # so by this event
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    assert page.locator("[data-passkey]").get_attribute("data-options") != options
    expect(page.locator("[name=credential]")).not_to_have_value("used up")
