"""From the form to the row, in a real browser, through the processes that `make run` starts."""

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible
from tests.journeys.conftest import Demo, running_demo
from tests.waiting import wait_until

OVER_THE_EDGE = """[...document.querySelectorAll("label, legend, h1, h2, h3, p, li, a")]
    .filter((part) => part.clientWidth && part.scrollWidth > part.clientWidth + 1)
    .filter((part) => !part.closest(".hidden"))
    .map((part) => part.textContent)"""


def fill(page: Page, **answers: str) -> None:
    for name, text in answers.items():
        page.locator(f"#{name}").fill(text)


def test_a_patient_asks_and_the_front_desk_sees_it(demo: Demo, phone: Page, browser) -> None:
    desk = browser.new_page(viewport={"width": 1280, "height": 800})
    desk.goto(demo.sheet)
    expect(desk.get_by_role("columnheader", name="Ref")).to_be_visible()

    phone.goto(f"{demo.form}/")
    fill(
        phone,
        name="Ana O’Neil-Đặng",
        phone="(416) 555-0191",
        email="ana.asks@example.com",
        what_hurts="since Monday",
    )
    phone.get_by_label("You may leave a voicemail").check()
    phone.get_by_label("Physiotherapist").check()
    phone.get_by_label("Online (video call)").check()
    phone.get_by_label("Acupuncture").check()
    phone.get_by_label("Lower back").check()
    phone.get_by_label("Morning").check()
    phone.get_by_label("Email me appointment reminders").check()
    phone.get_by_role("button", name="Request a call back").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("We have your request")
    reference = phone.locator(".reference").inner_text()
    assert re.fullmatch(r"\w{3}-\w{4}", reference)
    expect(phone.locator(".agreed li")).to_have_text(["Email me appointment reminders"])
    row = desk.locator("tr", has_text=reference)
    expect(row).to_have_count(1)  # without a reload
    cells = row.locator("td").all_inner_texts()
    assert cells[3:12] == [
        "Ana O’Neil-Đặng",
        "+14165550191",
        "Physiotherapist",
        "Online (video call)",
        "Morning",
        "English",
        "Yes",
        "Reminders",
        "",
    ]
    assert "Lower back" not in row.inner_text()
    assert "ana.asks@example.com" not in row.inner_text()
    desk.close()


def test_the_acknowledgement_lies_in_the_mailbox(demo: Demo, phone: Page) -> None:
    phone.goto(f"{demo.form}/fr/")
    fill(phone, name="Zoë Tremblay", phone="613 555 0188", email="zoe@example.com")
    phone.locator("#agree_reminders").check()
    phone.locator("#send").click()
    reference, by = (
        phone.locator(".reference").inner_text(),
        phone.locator(".confirmed strong").inner_text(),
    )
    wait_until(
        lambda: reference in phone.request.get(f"{demo.sheet}/mailbox").text(),
        "the mail",
        pause=0.5,
    )

    phone.goto(f"{demo.sheet}/mailbox")
    phone.get_by_role("link", name=reference).click()
    mail = phone.frame_locator("iframe")
    expect(mail.get_by_role("heading", level=1)).to_have_text("Nous avons votre demande")
    expect(mail.locator(".promise strong")).to_have_text(by)
    expect(mail.get_by_text("Bonjour Zoë Tremblay,")).to_be_visible()
    page = mail.get_by_role("link", name="Vos réponses au sujet de nos courriels").get_attribute(
        "href"
    )
    assert re.fullmatch(rf"{demo.form}/consent/[0-9a-f]{{64}}", page or "")


def test_the_form_its_errors_and_the_confirmation_are_accessible_in_both_languages(
    demo: Demo, phone: Page
) -> None:
    for path in ("/", "/fr/"):
        phone.goto(f"{demo.form}{path}")
        accessible(phone)
        phone.locator("#agree_care").check()
        phone.locator("#send").click()
        expect(phone.locator(".error-summary")).to_be_focused()
        accessible(phone)
        phone.locator(".error-summary a").first.click()
        expect(phone.locator("#name")).to_be_focused()
        fill(phone, name="Ana", phone="416 555 0123", email="ana.looks@example.com")
        phone.locator("#send").click()
        expect(phone.locator(".confirmed")).to_be_visible()
        accessible(phone)


@pytest.mark.parametrize("phone", [320, 360, 768, 1280], indirect=True)
def test_nothing_runs_over_the_edge(demo: Demo, phone: Page) -> None:
    for path in ("/", "/fr/", "/nowhere"):
        phone.goto(f"{demo.form}{path}")
        width, window = phone.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window
        assert phone.evaluate(OVER_THE_EDGE) == []


def test_the_form_works_without_javascript_and_with_the_keyboard_alone(demo: Demo, browser) -> None:
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 700}
    ) as context:
        page = context.new_page()
        page.goto(f"{demo.form}/fr/")
        page.locator("#name").focus()
        page.keyboard.type("李")
        page.keyboard.press("Tab")
        page.keyboard.type("514 555 0123 poste 7")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Nous avons votre demande")


def test_changing_the_language_keeps_what_was_typed(demo: Demo, phone: Page) -> None:
    phone.goto(f"{demo.form}/")
    fill(phone, name="Ana", what_hurts="since Monday")
    phone.get_by_label("Acupuncture").check()
    phone.get_by_role("link", name="Français").click()

    expect(phone.locator("h1")).to_have_text("Demander un rappel")
    expect(phone.locator("#name")).to_have_value("Ana")
    expect(phone.locator("#what_hurts")).to_have_value("since Monday")
    expect(phone.get_by_label("Acupuncture")).to_be_checked()


def test_back_and_send_again_and_reload_make_no_second_request(demo: Demo, phone: Page) -> None:
    phone.goto(f"{demo.form}/")
    fill(phone, name="Twice", phone="416 555 0177")
    phone.locator("#send").dblclick()
    expect(phone.locator(".confirmed")).to_be_visible()
    first = phone.url
    phone.reload()
    phone.go_back()
    fill(phone, name="Twice", phone="416 555 0177")
    phone.locator("#send").click()
    expect(phone.locator(".confirmed")).to_be_visible()

    assert phone.url == first
    with sqlite3.connect(demo.data / "data" / "intake.db") as connection:
        assert connection.execute("SELECT count(*) FROM lead WHERE name = 'Twice'").fetchone() == (
            1,
        )
    connection.close()


def test_one_signal_ends_all_processes_and_the_next_start_has_everything(tmp_path, browser) -> None:
    with running_demo(tmp_path) as first:
        page = browser.new_page()
        page.goto(first.form)
        fill(page, name="Keep Me", phone="416 555 0123")
        page.locator("#send").click()
        expect(page.locator(".confirmed")).to_be_visible()
        page.goto(first.sheet)
        expect(page.locator("tr", has_text="Keep Me")).to_have_count(1)
    assert first.process.returncode == 0

    with running_demo(tmp_path) as second:
        page.goto(second.sheet)
        expect(page.locator("tr", has_text="Keep Me")).to_have_count(1)
        page.close()
    log = (tmp_path / "demo.log").read_text()
    assert "Traceback" not in log
    assert "Keep Me" not in log
