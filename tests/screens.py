"""Takes pictures of every page, for `make screens`: both languages, on a phone and on a desk.

Run as `python -m tests.screens`; they go into docs/screens/. It starts a demonstration of its own
and ends it again.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from intake.staff.guard import DESK, OPEN
from tests.browser import launch
from tests.cast import ANA, LUC, PATIENTS, Patient
from tests.fuzz.door import filled
from tests.journeys.conftest import Demo, running_demo
from tests.journeys.test_desk import ELSEWHERE, NARROW, NO_PAGES, WIDE

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
PATHS = {"en": "/", "fr": "/fr/"}
HEIGHT = 900


def fill_in(page: Page, demo: Demo, patient: Patient) -> None:
    """Answer the form as *patient* does, without sending it."""
    page.goto(f"{demo.form}{PATHS[patient.language]}")
    page.fill("#name", patient.name)
    page.fill("#phone", patient.phone)
    if patient.email:
        page.fill("#email", patient.email)
    for name, value in patient.answers.items():
        page.check(f'[name="{name}"][value="{value}"]')


def patients_pages(page: Page, demo: Demo) -> Iterator[str]:
    """Show each page that patients see, and yield its name."""
    for patient in (ANA, LUC):
        language, start = patient.language, f"{demo.form}{PATHS[patient.language]}"
        page.goto(start)
        yield f"form-{language}"
        page.click("#callback button[type=submit]")
        yield f"form-mistakes-{language}"
        fill_in(page, demo, patient)
        yield f"form-filled-{language}"
        page.click("#callback button[type=submit]")
        page.wait_for_url("**/requests/**")
        yield f"confirmation-{language}"
        page.goto(demo.form + str(page.get_attribute("a[href^='/consent/']", "href")))
        yield f"consent-{language}"
        for name in ("consent/", "privacy", "nothing-is-here"):
            page.goto(f"{start}{name}")
            yield f"{name.strip('/').replace('consent', 'lost-link')}-{language}"


def staffs_pages(page: Page, demo: Demo) -> Iterator[str]:
    """Show each admin page to the owner, then the sheet and the mailbox; yield the name of each."""
    client, known = demo.owner()
    cookie = client.http.get_cookie("intake")
    page.context.add_cookies([{"name": "intake", "value": cookie.value, "url": demo.form}])
    for rule in client.desk.url_map.iter_rules():
        is_page = (
            rule.rule.startswith(f"{DESK}/")
            and "GET" in (rule.methods or ())
            and not rule.rule.endswith(NO_PAGES)
        )
        if is_page and rule.endpoint not in OPEN | ELSEWHERE:
            page.goto(demo.form + filled(rule, known))
            yield f"admin-{rule.endpoint.replace('.page', '').replace('.', '-')}"
    for name, address in (("sheet", demo.sheet), ("mailbox", f"{demo.sheet}/mailbox")):
        page.goto(address)
        yield name


def main() -> int:
    """Take a picture of each page in each width."""
    FOLDER.mkdir(exist_ok=True)
    for former in FOLDER.glob("*.png"):
        former.unlink()
    with (
        tempfile.TemporaryDirectory() as data,
        running_demo(Path(data)) as demo,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for patient in PATIENTS[2:]:
            page = browser.new_page()
            fill_in(page, demo, patient)
            page.click("#callback button[type=submit]")
            page.wait_for_url("**/requests/**")
        demo.intake("relay", "--once")
        page = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}).new_page()
        for pages in (patients_pages, staffs_pages):
            for name in pages(page, demo):
                for width in (WIDE, NARROW):
                    page.set_viewport_size({"width": width, "height": HEIGHT})
                    page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
        browser.close()
    taken = list(FOLDER.glob("*.png"))
    megabytes = sum(one.stat().st_size for one in taken) / 1e6
    print(f"{len(taken)} pictures in docs/screens/, {megabytes:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
