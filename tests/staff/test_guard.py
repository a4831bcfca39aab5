"""Who may open a page of the desk, and for how long."""

from datetime import timedelta

import pytest
from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.models import AccessLogEntry, Act, Role, StaffSession
from intake.staff.guard import KEY, allow, check_access, is_way_back, log_access
from intake.staff.sessions import FRESH, IDLE, LONGEST, TOUCH
from tests.conftest import SECRET
from tests.page import PageClient


def rooms(app: Flask) -> None:
    def answer() -> str:
        return str(g.person.role)

    def look() -> str:
        log_access(Act.REVEALED, "the number", reason="she rang")
        return "seen"

    app.add_url_rule("/admin/token", "token", allow({Role.AUDITOR})(generate_csrf))
    app.add_url_rule("/admin/look", "look", allow({Role.AUDITOR})(look))
    app.add_url_rule("/admin/nobodys", "nobodys", lambda: "open")
    app.add_url_rule(
        "/admin/audit", "audit", allow({Role.AUDITOR})(answer), methods=["GET", "POST"]
    )
    app.add_url_rule("/admin/erase", "erase", allow({Role.ADMIN}, fresh=True)(lambda: "done"))
    app.add_url_rule("/admin/sign-in", "security.login", lambda: "")
    app.add_url_rule("/admin/verify", "security.verify", lambda: "")


@pytest.fixture
def desk(page_database, clock, tmp_path):
    url = page_database.url.render_as_string(hide_password=False)
    client = PageClient(
        create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path), clock=clock)
    )
    for name in ("security.login", "security.verify"):  # the library's own pages
        client.desk.view_functions.pop(name)
    rooms(client.desk)
    return client


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(desk):
    page = desk.get("/admin/audit")

    assert page.status == 302
    assert page.response.location == "/admin/sign-in?next=/admin/audit"


@pytest.mark.parametrize(
    ("came_from", "asked"),
    [
        ("http://localhost/admin/audit?page=2", "?next=/admin/audit"),
        ("http://localhost/admin/", "?next=/admin/"),
        ("http://localhost/consent", ""),
        ("https://evil.example/admin/../../evil", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_whoever_presses_after_the_session_ended_comes_back_to_the_page_of_the_form(
    desk, came_from, asked
):
    answer = desk.http.post("/admin/audit", headers={"Referer": came_from})

    assert (answer.status_code, answer.location) == (302, f"/admin/sign-in{asked}")


@pytest.mark.parametrize(
    ("path", "may_be_followed"),
    [
        ("/admin/", True),
        ("/admin/audit", True),
        ("/admin/audit/", True),
        ("/admin/a.b/c-d_~e/9", True),
        ("", False),
        ("/", False),
        ("/admin", False),
        ("/administrator", False),
        ("audit", False),
        ("/audit", False),
        ("/admin/..", False),
        ("/admin/./audit", False),
        ("/admin/a/../../b", False),
        ("/admin/.../x", False),
        ("/admin//evil.example", False),
        ("//evil.example/admin/", False),
        ("/admin/a?b", False),
        ("/admin/%2e", False),
    ],
)
def test_a_plain_path_of_the_desk_leads_back_and_nothing_else(path, may_be_followed):
    assert is_way_back(path) is may_be_followed


def test_a_page_that_names_nobody_is_open_to_nobody(desk):
    desk.sign_in(Role.OWNER)

    assert desk.get("/admin/nobodys").status == 403


def test_a_page_is_open_to_the_roles_it_names_alone(desk):
    desk.sign_in(Role.AUDITOR)

    assert desk.http.get("/admin/audit").text == "auditor"
    assert desk.get("/admin/erase").status == 403


def test_who_looked_at_what_and_where_is_noted(desk, page_database, clock):
    desk.sign_in(Role.AUDITOR)

    assert desk.http.get("/admin/look").text == "seen"

    with page_database.reading() as session:
        (noted,) = session.scalars(select(AccessLogEntry).where(AccessLogEntry.act == Act.REVEALED))
        assert (noted.what, noted.reason, noted.endpoint) == ("the number", "she rang", "look")
        assert (noted.clinic, noted.at) == ("riverside", clock.now)
        assert noted.staff_id


def test_what_is_noted_with_an_act_goes_with_it_where_it_fails(desk, page_database):
    def act() -> str:
        with page_database.writing() as store:
            log_access(Act.CORRECTED, "a name", store=store)
            raise ValueError("the act failed")

    desk.desk.add_url_rule("/admin/act", "act", allow({Role.AUDITOR})(act))
    desk.sign_in(Role.AUDITOR)

    assert desk.http.get("/admin/act").status_code == 500

    with page_database.reading() as session:
        assert (
            session.scalars(select(AccessLogEntry).where(AccessLogEntry.act == Act.CORRECTED)).all()
            == []
        )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/no-such-page", 404),
        ("/administrator", 404),
        ("/admin-audit", 404),
        ("/adminaudit", 404),
    ],
)
def test_nobody_is_sent_to_sign_in_for_a_page_that_is_not_there_or_not_of_the_desk(
    desk, path, status
):
    assert desk.http.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "is_of_the_desk"),
    [
        ("/administration", False),
        ("/outside/admin/", False),
        ("/admin", True),
        ("/admin/", True),
        ("/admin/x", True),
    ],
)
def test_the_guard_asks_before_the_desk_and_what_is_below_it(desk, path, is_of_the_desk):
    app = Flask("another")
    app.before_request(check_access)
    app.extensions |= desk.desk.extensions
    app.secret_key = SECRET
    app.add_url_rule(path, "page", lambda: "open")
    app.add_url_rule("/sign-in", "security.login", lambda: "")

    assert app.test_client().get(path).status_code == (302 if is_of_the_desk else 200)


@pytest.mark.parametrize("method", ["head", "options"])
def test_what_changes_nothing_needs_no_token_and_comes_back_to_its_own_page(desk, method):
    assert getattr(desk.http, method)("/admin/audit").location == "/admin/sign-in?next=/admin/audit"

    desk.sign_in(Role.AUDITOR)

    assert getattr(desk.http, method)("/admin/audit").status_code == 200


def test_a_page_for_whoever_comes_in_is_open_to_them_and_takes_no_form_without_its_token(
    desk, monkeypatch
):
    desk.desk.add_url_rule(
        "/admin/come-in", "security.come_in", lambda: "in", methods=["GET", "POST"]
    )
    monkeypatch.setattr("intake.staff.guard.OPEN", {"security.come_in"})

    assert desk.http.get("/admin/come-in").text == "in"
    assert desk.http.post("/admin/come-in").status_code == 400
    desk.sign_in(Role.AUDITOR)
    assert desk.http.get("/admin/come-in").text == "in"


def test_of_a_session_that_ended_nothing_stays_in_the_cookie(desk, clock):
    desk.sign_in(Role.AUDITOR)
    with desk.http.session_transaction("/admin/") as cookie:
        cookie["kept"] = "by a page of the desk"

    clock.now += LONGEST
    desk.http.get("/admin/audit")

    with desk.http.session_transaction("/admin/") as cookie:
        assert (KEY in cookie, "kept" in cookie) == (False, False)


@pytest.mark.parametrize(
    ("passed", "is_noted"), [(TOUCH - timedelta(seconds=1), False), (TOUCH, True)]
)
def test_when_somebody_was_seen_last_is_noted_after_a_while(
    desk, page_database, clock, passed, is_noted
):
    desk.sign_in(Role.AUDITOR)
    began = clock.now

    clock.now += passed
    desk.http.get("/admin/audit")

    with page_database.reading() as session:
        assert session.scalars(select(StaffSession.seen_at)).all() == [
            clock.now if is_noted else began
        ]


@pytest.mark.parametrize(
    ("account", "passed"),
    [({}, LONGEST), ({}, IDLE), ({"until": None, "active": False}, timedelta())],
)
def test_a_session_ends_by_itself_and_with_the_account(desk, clock, account, passed):
    desk.sign_in(Role.AUDITOR, **account)

    clock.now += passed

    assert desk.get("/admin/audit").status == 302


def test_a_session_stands_as_long_as_somebody_works(desk, clock):
    desk.sign_in(Role.AUDITOR)

    for _ in range(5):
        clock.now += IDLE - timedelta(seconds=1)
        assert desk.http.get("/admin/audit").status_code == 200


def test_what_is_dangerous_asks_again_who_it_is(desk, clock):
    desk.sign_in(Role.ADMIN)
    assert desk.http.get("/admin/erase").status_code == 200

    clock.now += FRESH

    assert desk.get("/admin/erase").response.location == "/admin/verify?next=/admin/erase"


def test_a_form_without_its_token_is_refused(desk):
    desk.sign_in(Role.AUDITOR)
    token = desk.http.get("/admin/token").text

    assert desk.post("/admin/audit", {}).status == 400
    assert desk.post("/admin/audit", {"csrf_token": token[:-1]}).status == 400
    assert desk.http.post("/admin/audit", data={"csrf_token": token}).text == "auditor"


@pytest.mark.parametrize(
    ("said_by_browser", "status"),
    [
        ("same-origin", 200),
        ("none", 200),
        ("same-site", 400),
        ("cross-site", 400),
        ("", 400),
        ("Same-Origin", 400),
    ],
)
def test_a_form_from_another_site_is_refused_though_its_token_is_right(
    desk, said_by_browser, status
):
    desk.sign_in(Role.AUDITOR)
    token = desk.http.get("/admin/token").text

    answer = desk.http.post(
        "/admin/audit", data={"csrf_token": token}, headers={"Sec-Fetch-Site": said_by_browser}
    )

    assert answer.status_code == status
