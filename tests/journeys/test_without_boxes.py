"""The form where submitting it is taken for agreement, in a real browser."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from intake.consent.publishing import publish
from tests.browser import accessible
from tests.factories import asking_by_submitting
from tests.journeys.test_request import OVER_THE_EDGE, fill


@pytest.fixture
def form(client, page_database, clinic, clock) -> Iterator[str]:
    """Where the form is served."""
    with page_database.writing() as session:
        publish(session, asking_by_submitting(clinic), now=clock())
    server = make_server("127.0.0.1", 0, client.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("phone", [360, 1280], indirect=True)
def test_one_notice_without_boxes_is_accessible_and_fits(form: str, phone: Page) -> None:
    for path, agreed in (("/", "Appointment reminders"), ("/fr/", "Des rappels de rendez-vous")):
        phone.goto(f"{form}{path}")
        accessible(phone)
        assert phone.evaluate(OVER_THE_EDGE) == []
        fill(phone, name="Ana", phone="416 555 0123", email="ana@")
        phone.locator("#send").click()
        expect(phone.locator(".error-summary")).to_be_focused()
        accessible(phone)
        phone.locator("#email").fill("ana@example.com")
        phone.locator("#send").click()
        expect(phone.locator(".taken li").first).to_have_text(agreed)
        accessible(phone)
