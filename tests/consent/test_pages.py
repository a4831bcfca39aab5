"""The consent page as a person, a mail program and a link scanner meet it; one engine, no
JavaScript.
"""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.consent.token import THIS_ADDRESS, lead_behind, token_of
from intake.models import ConsentEvent, Decision, Lead, OutboxEntry, Purpose, Suppression, Topic
from tests.conftest import NOON, SECRET
from tests.house.test_routes import rows
from tests.page import PageClient

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ALL = {"agree_reminders": "y", "agree_care": "y", "agree_news": "y"}
REMINDERS, CARE, NEWS = (
    "Email me appointment reminders",
    "Email me exercise plans and plans of care",
    "Email me news of the clinic’s other services",
)


def states(page):
    """By words, how each purpose stands."""
    lines = page.soup.select("#choices ~ form .lines > li")
    return {line.h3.get_text(): line["class"][0] for line in lines}


def button(page, words):
    return next(
        b for b in page.soup.select("button[name]") if words in " ".join(b.get_text(" ").split())
    )


def press(client, path, page, words):
    pressed = button(page, words)
    return choose(client, path, **{pressed["name"]: pressed["value"]})


def choose(client, path, **chosen):
    """Send the page's form, and come to the page again."""
    answer = client.post(f"{path}/choices", chosen)
    return client.get(answer.response.location) if answer.status == 303 else answer


def code_of(page_database, clinic, path):
    with page_database.reading() as session:
        return token_of(lead_behind(session, path.split("/")[2], clinic.key).salt, THIS_ADDRESS)


def test_the_page_says_what_was_agreed_to_and_refused_with_the_words_and_since_when(client, ask):
    page = client.get(ask(agree_news="y"))

    assert page.title.startswith("Emails from us: your choice")
    assert states(page) == {REMINDERS: "refused", CARE: "refused", NEWS: "agreed"}
    assert "Monday, November 23, 2026 at 12:00" in page.text
    assert "a•••@e•••.com" in page.text
    assert "ana@" not in page.text
    assert "Such as new treatments, classes and offers" in page.text
    assert "You can withdraw your consent at any time" in page.text


def test_one_press_stops_everything_and_the_second_finds_it_stopped(client, ask, clock, events):
    path = ask(**ALL)

    clock.now = NOON + timedelta(hours=2)
    stopped = press(client, path, client.get(path), "Stop all emails")

    assert stopped.status == 200
    assert stopped.title.startswith("You get no more emails from us")
    assert "Stopped: Monday, November 23, 2026 at 2:00" in stopped.text
    assert stopped.soup.select_one(".confirmed .reference").get_text() in client.get(path).text
    assert "613-555-0100" in stopped.text
    assert states(stopped) == {REMINDERS: "withdrawn", CARE: "withdrawn", NEWS: "withdrawn"}
    page = (None, "button", "page", "button", "/consent/<token>")
    assert [(None, *how) for _, *how in events(Decision.WITHDRAWN)] == [page] * 3
    clock.now = NOON + timedelta(days=3)
    again = choose(client, path, stop="all")
    assert "already stopped, since: Monday, November 23, 2026 at 2:00" in again.text
    assert len(events(Decision.WITHDRAWN)) == 3


def test_one_purpose_is_stopped_by_itself_and_taken_back(client, ask, events):
    path = ask(**ALL)

    stopped = press(client, path, client.get(path), f"Stop only these ({NEWS})")

    assert states(stopped) == {REMINDERS: "agreed", CARE: "agreed", NEWS: "withdrawn"}
    assert f"Stopped: {NEWS}" in stopped.soup.select_one(".confirmed").get_text(" ", strip=True)
    back = press(client, path, stopped, f"Agree to these again ({NEWS})")
    assert states(back) == {REMINDERS: "agreed", CARE: "agreed", NEWS: "agreed"}
    assert "You get these emails again" in back.text
    assert events(Decision.WITHDRAWN)[-1][0] is Purpose.NEWS
    assert events(Decision.GIVEN)[-1] == (
        Purpose.NEWS,
        "button",
        "page",
        "button",
        "/consent/<token>",
    )


def test_undoing_brings_back_what_was_agreed_to_and_nothing_else(client, ask):
    path = ask(agree_reminders="y", agree_care="y")
    stopped = press(client, path, client.get(path), "Stop all emails")

    back = press(client, path, stopped, "Undo")

    assert states(back) == {REMINDERS: "agreed", CARE: "agreed", NEWS: "withdrawn"}
    assert states(client.get(path)) == states(back)


def test_an_old_page_undoes_no_later_withdrawal(client, ask):
    path = ask(**ALL)
    old = press(client, path, client.get(path), "Stop all emails")
    press(client, path, old, "Undo")
    choose(client, path, stop="all")

    press(client, path, old, "Undo")

    assert set(states(client.get(path)).values()) == {"withdrawn"}


def test_a_scanner_that_opens_everything_changes_nothing(client, ask, page_database, clinic):
    path = ask(**ALL)
    links = [str(a["href"]) for a in client.get(path).soup.select("a[href^='/']")]
    addresses = [
        path,
        *links,
        f"{path}/choices",
        f"{path}/confirm/{code_of(page_database, clinic, path)}",
    ]
    before = rows(page_database)

    for address in addresses * 2:
        for method in ("get", "head", "options"):
            with getattr(client.http, method)(address) as answer:
                assert answer.status_code in {200, 405}

    assert rows(page_database) == before


@pytest.mark.parametrize("token", ["0" * 64, "x", "%00", "é", "a" * 500])
def test_an_unknown_token_is_an_address_like_any_that_does_not_exist(client, ask, token):
    ask(**ALL)

    def said(path):
        page = client.get(path)
        return page.status, page.text.replace(page.response.headers["X-Request-ID"], "its id")

    for path in (
        f"/consent/{token}",
        f"/consent/{token}/receipt.json",
        f"/consent/{token}/confirm/{token}",
    ):
        assert said(path) == said("/nowhere")
    for path in (
        f"/consent/{token}",
        f"/consent/{token}/choices",
        f"/consent/{token}/confirm/{token}",
    ):
        assert client.post(path, ONE_CLICK | {"stop": "all"}).status == 404


def test_an_address_that_says_what_was_not_done_is_not_believed(client, ask):
    path = ask(**ALL)

    for said in ("stopped", "already", "nonsense"):
        assert not client.get(f"{path}?said={said}&about=news,care,reminders").soup.select(
            ".confirmed"
        )
    choose(client, path, stop="all")
    assert (
        "again"
        not in client.get(f"{path}?said=agreed&about=news").soup.select_one(".confirmed").text
    )


def test_the_receipt_comes_as_a_file_in_both_forms(client, ask):
    path = ask("/fr/", agree_news="y")

    dpv = client.get(f"{path}/receipt.json").response
    kantara = client.get(f"{path}/receipt-kantara.json").response

    assert (dpv.mimetype, kantara.mimetype) == ("application/ld+json", "application/json")
    assert "attachment" in dpv.headers["Content-Disposition"]
    records = json.loads(dpv.data)["dpv:hasRecordOfActivity"]
    assert {r["dpv:hasConsentControl"]["dpv:isExercisedAt"] for r in records} == {
        f"http://localhost{path}"
    }
    assert json.loads(kantara.data)["language"] == "fr"


def test_the_page_speaks_the_language_of_the_form(client, ask):
    path = ask("/fr/", **ALL)

    page = client.get(path)

    assert page.soup.html["lang"] == "fr-CA"
    assert "lundi 23 novembre 2026" in page.text
    assert "Vous ne recevez plus" in client.post(path, ONE_CLICK).title


def test_without_an_address_there_is_a_receipt_all_the_same(client, ask):
    page = client.get(ask(email=None))

    assert "You gave no email address" in page.text
    assert set(states(page).values()) == {"refused"}


def test_a_stranger_with_the_same_address_sees_only_their_own_answers_and_can_stop_all(client, ask):
    mine = ask(agree_news="y", agree_reminders="y")
    theirs = ask(name="Stranger", phone="416 555 0199", agree_care="y")

    assert states(client.get(theirs)) == {REMINDERS: "refused", CARE: "agreed", NEWS: "refused"}

    stopped = choose(client, theirs, stop="all")
    assert set(states(client.get(mine)).values()) == {"withdrawn"}
    press(client, theirs, stopped, "Undo")
    assert states(client.get(mine)) == {
        REMINDERS: "withdrawn",
        CARE: "withdrawn",
        NEWS: "withdrawn",
    }


def test_pressing_the_button_behind_the_mails_link_confirms_the_address(
    client, ask, page_database, clinic, events
):
    path = ask(**ALL)
    confirm = f"{path}/confirm/{code_of(page_database, clinic, path)}"

    asked = client.get(confirm)
    assert "Is this your email address?" in asked.title
    assert "a•••@e•••.com" in asked.text
    assert events(Decision.VERIFIED) == []

    assert client.post(confirm, {}).response.location == confirm
    assert "Your address is confirmed" in client.get(confirm).title
    assert [how for _, *how in events(Decision.VERIFIED)] == [
        ["button", "mail", "button", "/consent/<token>/confirm"]
    ] * 3
    client.post(confirm, {})
    assert len(events(Decision.VERIFIED)) == 3
    other = ask(email="ben@example.com", phone="416 555 0199", **ALL)
    assert client.get(f"{other}/confirm/{confirm.rsplit('/', maxsplit=1)[-1]}").status == 404


def test_a_withdrawal_keeps_whence_it_came_coarsely(client, ask, page_database):
    path = ask(**ALL)
    browser = {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    }

    client.post(path, ONE_CLICK, headers=browser, environ_base={"REMOTE_ADDR": "203.0.113.77"})

    with page_database.reading() as session:
        event = session.scalars(
            select(ConsentEvent).where(ConsentEvent.decision == Decision.WITHDRAWN)
        ).first()
        values = event.opening.values
    assert (values["network"], values["browser"], len(values["network_hash"])) == (
        "203.0.113.0/24",
        "Firefox",
        64,
    )
    assert "203.0.113.77" not in str(values)


def links(page_database):
    with page_database.reading() as session:
        return [
            (entry.lead_id, entry.due_at)
            for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.topic == Topic.LINK))
        ]


@pytest.mark.parametrize("path", ["/consent/", "/fr/consent/"])
def test_whoever_lost_the_link_gets_it_by_mail_and_the_page_says_the_same_to_everybody(
    client, ask, page_database, path
):
    ask(**ALL)

    known = client.post(path, {"contact": "Ana@Example.com"})
    unknown = client.post(path, {"contact": "nobody@example.com"})

    assert known.status == unknown.status == 200
    assert known.text == unknown.text
    assert len(links(page_database)) == 1


def test_the_link_is_found_by_the_number_too_and_mailed_once_a_day(
    client, ask, page_database, clock
):
    ask(**ALL)
    ask(email=None, phone="416 555 0199", name="No address")

    for contact in ("(416) 555-0123", "ana@example.com", "416 555 0199", "613 555 0111"):
        client.post("/consent/", {"contact": contact})
    assert len(links(page_database)) == 1

    clock.now = NOON + timedelta(days=1, minutes=1)
    client.post("/consent/", {"contact": "ana@example.com"})
    assert len(links(page_database)) == 2


def test_the_link_leads_to_a_request_whose_address_is_verified_if_there_is_one(
    client, ask, page_database, clinic
):
    mine = ask(**ALL)
    client.post(f"{mine}/confirm/{code_of(page_database, clinic, mine)}", {})
    ask(name="Stranger", phone="416 555 0199")

    client.post("/consent/", {"contact": "ana@example.com"})

    with page_database.reading() as session:
        assert session.get(Lead, links(page_database)[0][0]).name == "Ana Đặng"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter your email address or your phone number"),
        (
            "ana@",
            "Enter an email address like name@example.com, or a phone number with its area code",
        ),
        (
            "12",
            "Enter an email address like name@example.com, or a phone number with its area code",
        ),
        ("a" * 255, "Shorten this to 254 characters or fewer"),
    ],
)
def test_what_is_no_contact_is_said_beside_the_field(client, typed, message):
    page = client.post("/consent/", {"contact": typed})

    assert (page.status, page.errors()) == (422, {"contact": message})
    assert page.value("contact") == typed


def test_one_network_can_not_try_out_address_after_address(client, page_database, clock):
    pages = [client.post("/consent/", {"contact": f"p{n}@example.com"}) for n in range(21)]

    assert [page.status for page in pages] == [200] * 20 + [429]
    assert "call us" in pages[-1].errors()["contact"]
    assert pages[-1].value("contact") == "p20@example.com"
    other = {"environ_base": {"REMOTE_ADDR": "203.0.113.77"}}
    assert client.post("/consent/", {"contact": "p@example.com"}, **other).status == 200
    clock.now = NOON + timedelta(hours=1)
    assert client.post("/consent/", {"contact": "p@example.com"}).status == 200


def test_where_limits_are_lifted_anybody_may_ask_as_often_as_they_like(page_database, tmp_path):
    url = page_database.url.render_as_string(hide_password=False)
    unlimited = PageClient(
        create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path, limits="off"))
    )

    assert {
        unlimited.post("/consent/", {"contact": f"p{n}@example.com"}).status for n in range(25)
    } == {200}


def test_the_languages_of_the_lost_link_page_lead_to_each_other(client):
    english, french = client.get("/consent/"), client.get("/fr/consent/")

    assert english.soup.select_one("[data-switch-language]")["href"] == "/fr/consent/"
    assert french.soup.select_one("[data-switch-language]")["href"] == "/consent/"
    assert french.soup.html["lang"] == "fr-CA"


def test_stopping_puts_the_address_on_the_list_and_agreeing_again_takes_it_off(
    client, ask, page_database, clinic
):
    path = ask(**ALL)
    client.post(f"{path}/confirm/{code_of(page_database, clinic, path)}", {})
    stopped = choose(client, path, stop="all")

    def standing():
        with page_database.reading() as session:
            return set(
                session.scalars(select(Suppression.purpose).where(Suppression.lifted_at.is_(None)))
            )

    assert standing() == set(Purpose)
    press(client, path, stopped, "Undo")
    assert standing() == set()
