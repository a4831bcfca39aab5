"""Every page of the desk in a real browser: nothing for axe to find, and nothing runs over the edge
of a phone.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from intake.staff.guard import DESK, OPEN
from tests.browser import accessible
from tests.fuzz.door import filled
from tests.journeys.conftest import Demo

NO_PAGES = (".txt", ".py", ".json", ".csv")
ELSEWHERE = {
    "security.mf_recovery_codes",
    "security.two_factor_rescue",
    "security.two_factor_setup",
    "security.wan_register",
    "breaches.entry",
    "consents.look",
    "consents.proof",
    "erasure.paper",
    "home.page",
}
"""Walked in test_staff.py, need something that is not there yet (a breach, an erasure), or lead on
at once.
"""
WIDE, NARROW = 1280, 360


@pytest.fixture
def desk(browser: Browser, demo: Demo) -> Iterator[tuple[BrowserContext, list[str]]]:
    """The owner's browser, and the addresses of every page that is there."""
    client, known = demo.owner()
    rules = [
        rule
        for rule in client.desk.url_map.iter_rules()
        if rule.rule.startswith(f"{DESK}/")
        and "GET" in (rule.methods or ())
        and not rule.rule.endswith(NO_PAGES)
        and rule.endpoint not in OPEN | ELSEWHERE
    ]
    cookie = client.http.get_cookie("intake")
    with browser.new_context(viewport={"width": WIDE, "height": 900}) as context:
        context.add_cookies([{"name": "intake", "value": cookie.value, "url": demo.form}])
        yield context, [demo.form + filled(rule, known) for rule in rules]


def test_every_page_is_accessible_and_fits(desk):
    context, addresses = desk
    page = context.new_page()

    assert len(addresses) > 20
    for address in addresses:
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(address)
        assert (answer.status, page.url) == (200, address), address
        accessible(page)
        page.set_viewport_size({"width": NARROW, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, address
