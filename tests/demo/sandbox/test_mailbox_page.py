"""The mailbox of the demonstration, in a real browser: mails are read, and can do nothing."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from intake.demo.sandbox.mailbox import with_links
from tests.browser import accessible
from tests.demo.sandbox.running import RunningSandbox

PAGE = "http://127.0.0.1:9/consent/" + "ab" * 32


def put(
    sandbox: RunningSandbox, name: str, subject: str, *, html: str = "<p>Hello", hour: int = 12
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Clinic <hello@example.com>",
        "ana@example.com",
        subject,
    )
    message["Date"] = f"Mon, 23 Nov 2026 {hour}:00:00 -0500"
    message["List-Unsubscribe"] = f"<{PAGE}>, <mailto:hello@example.com?subject=unsubscribe>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"Bonjour,\n<b>not bold</b>\n{PAGE}.\n")
    message.add_alternative(
        f"<!doctype html><html lang=en><head><title>x</title></head><body>{html}", subtype="html"
    )
    folder = sandbox.folder / "mail"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(message.as_bytes())


def test_a_second_copy_of_a_mail_is_listed_and_called_one(sandbox: RunningSandbox) -> None:
    for name in ("a", "b", "c"):
        put(sandbox, f"{name}.eml", "We have your request")
        path = sandbox.folder / "mail" / f"{name}.eml"
        path.write_bytes(
            f"Message-ID: <{name.replace('c', 'a')}@example.com>\n".encode() + path.read_bytes()
        )

    listed = sandbox.call("GET", "/mailbox").text

    assert listed.count("We have your request") == 3
    assert listed.count("A second copy of the same mail") == 1
    assert listed.index("A second copy") < listed.index("b.eml"), "the newest stands first"


@pytest.fixture(params=[360, 1024])
def reader(browser, request):
    with browser.new_context(viewport={"width": request.param, "height": 800}) as context:
        yield context.new_page()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_mails_are_listed_the_newest_first_and_opened(
    sandbox: RunningSandbox, reader: Page
) -> None:
    put(sandbox, "a.eml", "The first", hour=10)
    put(sandbox, "b.eml", "Nous avons bien reçu votre demande", hour=11)
    reader.goto(f"{sandbox.access.address}/")
    reader.get_by_role("link", name="Mailbox").click()

    expect(reader.get_by_role("listitem")).to_have_text(
        [
            "Nous avons bien reçu votre demandeTo ana@example.com2026-11-23 11:00",
            "The firstTo ana@example.com2026-11-23 10:00",
        ]
    )
    accessible(reader)
    assert fits(reader)
    reader.get_by_role("link", name="Nous avons").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Nous avons bien reçu votre demande"
    )
    expect(reader.frame_locator("iframe").get_by_text("Hello")).to_be_visible()
    expect(reader.get_by_text("<b>not bold</b>")).to_be_visible()
    assert reader.locator("pre a").get_attribute("href") == PAGE
    assert reader.locator("dd a").evaluate_all("links => links.map(link => link.href)") == [
        PAGE,
        "mailto:hello@example.com?subject=unsubscribe",
    ]
    accessible(reader)
    assert fits(reader)


def test_what_a_mail_brings_along_does_not_run_and_asks_nobody(
    sandbox: RunningSandbox, reader: Page
) -> None:
    trap = (
        '<script>top.document.title = "run"</script><img src="http://127.0.0.1:9/pixel" '
        'onerror="parent.name = 1">'
        f'<form action="{PAGE}" method="post"><button>Press</button></form><p>Read me <a '
        'href="/mailbox">here</a>'
    )
    put(sandbox, "trap.eml", "Trap", html=trap)
    failed: dict[str, str | None] = {}
    finished: list[str] = []
    reader.on("requestfailed", lambda request: failed.update({request.url: request.failure}))
    reader.on("requestfinished", lambda request: finished.append(request.url))
    reader.goto(f"{sandbox.access.address}/mailbox/trap.eml")
    expect(reader.frame_locator("iframe").get_by_text("Read me")).to_be_visible()

    assert reader.title() == "Trap – Mailbox"
    assert failed == {"http://127.0.0.1:9/pixel": "csp"}
    assert [url for url in finished if not url.startswith(sandbox.access.address)] == []
    policy = sandbox.call("GET", "/mailbox/trap.eml/html").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    with reader.expect_popup() as opened:  # a link leads out of the frame, into a tab of its own
        reader.frame_locator("iframe").get_by_role("link", name="here").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Mailbox")
    opened.value.close()


def test_the_button_of_a_mail_program_posts_once_without_a_question(
    sandbox: RunningSandbox, reader: Page
) -> None:
    put(sandbox, "a.eml", "Hello")
    reader.goto(f"{sandbox.access.address}/mailbox/a.eml")
    posted: list[tuple[str, str | None]] = []

    def answer(route: Route) -> None:
        posted.append((route.request.method, route.request.post_data))
        route.fulfill(status=200, body="ended")

    reader.context.route(PAGE, answer)
    with reader.expect_popup() as opened:
        reader.get_by_role("button", name="Unsubscribe").click()
    expect(opened.value.get_by_text("ended")).to_be_visible()
    opened.value.close()

    assert posted == [("POST", "List-Unsubscribe=One-Click")]


@pytest.mark.parametrize(
    "name", ["nothing.eml", "..%2Fservice-account.json", ".hidden.eml", "service-account.json"]
)
def test_nothing_but_mails_is_shown(sandbox: RunningSandbox, name: str) -> None:
    put(sandbox, ".hidden.eml", "Half written")

    for path in (f"/mailbox/{name}", f"/mailbox/{name}/html"):
        assert sandbox.call("GET", path).status_code == 404


def test_an_empty_mailbox_says_what_to_do(sandbox: RunningSandbox) -> None:
    assert "No mail yet" in sandbox.call("GET", "/mailbox").text


def test_a_file_that_is_no_mail_is_shown_as_what_it_is(sandbox: RunningSandbox) -> None:
    folder: Path = sandbox.folder / "mail"
    folder.mkdir()
    (folder / "odd.eml").write_bytes(b"\xff\xfe<script>alert(1)</script>")

    assert "(no subject)" in sandbox.call("GET", "/mailbox").text
    opened = sandbox.call("GET", "/mailbox/odd.eml")
    assert opened.status_code == 200
    assert "<script>" not in opened.text


def test_links_end_where_the_sentence_does() -> None:
    assert str(with_links("See https://a.example/x?y=1&z=<2>.")) == (
        'See <a href="https://a.example/x?y=1&amp;z=" target="_blank" rel="noopener '
        'noreferrer">https://a.example/x?y=1&amp;z=</a>'
        "&lt;2&gt;."
    )
