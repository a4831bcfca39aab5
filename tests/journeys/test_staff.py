"""The owner of the desk, from the link that the demonstration prints to a passkey, in a real
browser.
"""

import sqlite3
import time
from collections.abc import Iterator

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from tests.browser import accessible
from tests.journeys.conftest import Demo

EMAIL, PASSWORD = "owner@clinic.example", "marble lantern tractor violin"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


def heading(page: Page, words: str) -> None:
    """The page with this heading is there, and nobody is kept out of it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    accessible(page)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def sign_in(page: Page, desk: str, password: str = PASSWORD) -> None:
    page.goto(f"{desk}sign-in")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def first_sign_in(page: Page, link: str) -> list[str]:
    """From the link to the desk; returns the recovery codes."""
    page.goto(link)
    heading(page, "Welcome, Demo owner")
    page.get_by_label("Your new password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    press(page, "Go on")
    heading(page, "Set up your authenticator app")
    press(page, "Begin")
    expect(page.locator("svg.qr")).to_be_visible()
    accessible(page)
    key = page.locator("[data-key]").inner_text()
    page.get_by_label("Enter the code").fill(TOTP(key=key).generate(time=time.time()).token)
    press(page, "Go on")
    heading(page, "Recovery codes")
    press(page, "Make recovery codes")
    codes = page.locator(".codes code").all_inner_texts()
    accessible(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    return codes


def add_passkey(page: Page, demo: Demo, desk: str) -> None:
    """Which asks for a fresh sign-in."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    database = sqlite3.connect(demo.data / "data" / "intake.db", timeout=10)
    with database:
        database.execute("UPDATE staff_session SET fresh_at = datetime(fresh_at, '-11 minutes')")
    database.close()
    page.goto(f"{desk}account/passkeys")
    heading(page, "Show once more that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    heading(page, "Passkeys")
    page.get_by_label("Its name").fill("Desk")
    press(page, "Add")
    expect(page.get_by_role("heading", name="Desk", exact=True)).to_be_visible()
    accessible(page)


def use_recovery_code(page: Page, code: str) -> None:
    page.get_by_role("link", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code").fill(code)
    press(page, "Go on")
    is_in(page)


def is_in(page: Page) -> None:
    expect(page.get_by_role("navigation", name="Admin’s desk")).to_be_visible()


def sign_out(page: Page, desk: str) -> None:
    page.goto(f"{desk}account")
    press(page, "Sign out")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_an_owner_comes_in_and_guards_the_account(
    demo: Demo, screen: Page, browser: Browser
) -> None:
    desk = demo.first_sign_in.partition("welcome/")[0]
    codes = first_sign_in(screen, demo.first_sign_in)
    is_in(screen)
    screen.goto(f"{desk}staff")
    heading(screen, "Staff")
    screen.goto(demo.first_sign_in)
    heading(screen, "This link counts no more")

    sign_out(screen, desk)
    accessible(screen)
    sign_in(screen, desk)
    heading(screen, "Enter the code")
    use_recovery_code(screen, codes[0])

    add_passkey(screen, demo, desk)
    sign_out(screen, desk)
    press(screen, "Sign in with a passkey")
    is_in(screen)

    # Another browser, whose session is ended from this one
    with browser.new_context() as forgotten:
        other = forgotten.new_page()
        sign_in(other, desk)
        use_recovery_code(other, codes[1])
        screen.goto(f"{desk}account")
        heading(screen, "Your account")
        expect(screen.locator("tbody tr")).to_have_count(2)
        press(screen, "End all other sessions")
        expect(screen.locator("tbody tr")).to_have_count(1)
        other.goto(f"{desk}account")
        expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")

        for _ in range(6):  # whoever guesses waits
            sign_in(other, desk, "not the password")
        heading(other, "Wait a little")
