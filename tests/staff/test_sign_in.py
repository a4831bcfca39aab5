"""How somebody comes in: the link, the password, the second factor; and how nobody else does."""

from datetime import timedelta

from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.models import AccessLogEntry, Act, Role, StaffSession
from intake.staff.guard import KEY
from intake.staff.invite import LASTS
from intake.staff.sessions import FRESH
from tests.conftest import SECRET
from tests.page import PageClient
from tests.staff.coming_in import (
    PASSWORD,
    App,
    account,
    begin_behind_link,
    come_in_first,
    followed,
    house,
    invited,
    is_in,
    recovery_codes,
    reset,
    set_up_app,
    sign_in,
    sign_out,
)

STEP = timedelta(seconds=30)


def test_a_link_leads_to_a_password_an_app_and_recovery_codes(client):
    page = begin_behind_link(client, invited(client))
    assert page.title.startswith("Set up your authenticator app")
    assert not is_in(client)

    set_up_app(client)
    codes = recovery_codes(client)

    assert is_in(client)
    assert len(set(codes)) == 8
    assert client.get("/admin/account").text.count("8 left") == 1
    assert not set(codes) & set(str(account(client).mf_recovery_codes))
    assert account(client).password.startswith("$argon2id$")
    assert "code" not in account(client).tf_totp_secret


def test_the_first_sign_in_leads_on_to_recovery_codes(client, clock):
    begin_behind_link(client, invited(client))
    page = client.send("/admin/account/second-factor", {"setup": "authenticator"})
    key = page.soup.select_one("[data-key]").get_text()
    from_app = App(key).code(clock())

    answer = client.post(
        "/admin/sign-in/code", {"csrf_token": page.value("csrf_token"), "code": from_app}
    )

    assert answer.response.location == "/admin/account/recovery-codes"


def test_password_and_code_let_in_and_that_is_written_down(client, clock):
    app = come_in_first(client)
    sign_out(client)
    clock.now += STEP

    half = sign_in(client)
    assert half.response.location == "/admin/sign-in/code?next=/admin/"
    assert not is_in(client)
    assert client.send("/admin/sign-in/code", {"code": app.code(clock())}).status == 302

    assert is_in(client)
    with house(client).database.reading() as session:
        signed = session.scalars(
            select(AccessLogEntry).where(AccessLogEntry.act == Act.SIGNED_IN)
        ).all()
    assert [(entry.actor, entry.endpoint) for entry in signed] == [
        ("ana@clinic.example", "security.two_factor_token_validation")
    ] * 2


def test_a_code_works_once(client, clock):
    app = come_in_first(client)
    other = PageClient(client.app)

    sign_in(other)
    page = other.send("/admin/sign-in/code", {"code": app.code(clock())})

    told = {
        "code": "This code is not right, was used already, or is too old. Enter the one shown now"
    }
    assert page.errors() == told
    for junk in ("１２３４５６", "12\0", "9" * 1000, "12345x"):
        clock.now += timedelta(hours=1)
        sign_in(other)
        assert other.send("/admin/sign-in/code", {"code": junk}).errors() == told
    assert not is_in(other)


def test_a_recovery_code_stands_in_for_the_app_and_works_once(client):
    come_in_first(client)
    first, *_ = recovery_codes(client)
    sign_out(client)

    sign_in(client)
    assert client.send("/admin/sign-in/recovery", {"code": f" {first.upper()} "}).status == 302
    assert is_in(client)
    assert "7 left" in client.get("/admin/account").text

    sign_out(client)
    sign_in(client)
    again = client.send("/admin/sign-in/recovery", {"code": first})
    assert again.errors() == {"code": "This recovery code is not right, or was used already"}
    assert not is_in(client)


def test_what_is_wrong_about_a_sign_in_is_not_told(client):
    come_in_first(client)
    sign_out(client)
    told = {
        "email": (
            "Email address and password do not match an account. Check both, or ask an owner "
            "for a new link"
        )
    }

    for email, password in (
        ("ana@clinic.example", "not the password"),
        ("nobody@clinic.example", PASSWORD),
        ("no address", PASSWORD),
        ("ana@clinic.example", ""),
        ("", ""),
    ):
        page = sign_in(client, email, password)
        assert (page.errors(), page.summary()) == (told, told)


def test_an_account_that_is_closed_lets_nobody_in(client, clock):
    come_in_first(client)
    sign_out(client)

    for change in (
        {"active": False},
        {"active": True, "until": clock()},
        {"until": None, "password": None},
    ):
        with house(client).database.writing() as session:
            member = session.merge(account(client))
            for name, value in change.items():
                setattr(member, name, value)
        assert sign_in(client).errors(), change


def test_a_new_link_does_not_lead_around_the_second_factor(client, clock):
    app = come_in_first(client)
    link = reset(client)
    assert not is_in(client), "every session is ended"

    page = begin_behind_link(client, link, password=f"{PASSWORD} two")
    assert page.title.startswith("Enter the code")
    assert client.get("/admin/account/second-factor").response.location == "/admin/sign-in"
    assert not is_in(client)

    clock.now += STEP
    begin_behind_link(client, reset(client))
    client.send("/admin/sign-in/code", {"code": app.code(clock())})
    assert is_in(client)


def test_a_second_factor_that_was_lost_is_set_up_anew(client, clock):
    come_in_first(client)
    clock.now += STEP

    page = begin_behind_link(client, reset(client, second_factor=True))
    assert page.title.startswith("Set up your authenticator app")
    set_up_app(client)

    assert is_in(client)


def test_a_link_is_used_once_and_not_for_ever(client, clock):
    link = invited(client)
    begin_behind_link(client, link)
    late = invited(client, email="late@clinic.example")
    clock.now += LASTS

    for over in (link, late, "/admin/welcome/anything"):
        page = client.get(over)
        assert (page.status, page.title.partition(" –")[0]) == (410, "This link counts no more")
        assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_is_used_over_https_though_its_page_tells_nobody_its_address(
    page_database, clock, tmp_path
):
    url = page_database.url.render_as_string(hide_password=False)
    settings = Settings(
        database_url=url,
        secret_key=SECRET,
        instance=tmp_path,
        trusted_proxies=1,
        public_url="https://call.clinic.example",
    )
    client = PageClient(create_app(settings, clock=clock))
    client.http.environ_base |= {
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "call.clinic.example",
    }

    page = begin_behind_link(client, invited(client))

    assert page.title.startswith("Set up your authenticator app")


def test_a_link_opened_by_somebody_else_who_is_in_ends_their_session(client):
    client.sign_in(Role.ADMIN)

    begin_behind_link(client, invited(client))

    assert not is_in(client)


WEAK = {
    "short": "Choose a password with at least 12 characters",
    "x" * 129: "Choose a password with at most 128 characters",
    "passwordpassword": "This password is easy to guess",
    "riverside2026!": "This password is easy to guess",
    "ana@clinic.example": "This password is easy to guess",
}


def test_a_weak_password_is_refused_with_what_to_do(client):
    link = invited(client)

    for password, problem in WEAK.items():
        page = client.send(link, {"password": password, "again": password})
        assert page.errors()["password"].startswith(problem)
    assert client.get(link).status == 200, "the link still counts"


def test_a_password_without_an_app_leads_to_one_as_long_as_the_link_would_have(client, clock):
    begin_behind_link(client, invited(client))

    clock.now += LASTS - STEP
    assert sign_in(client).response.location == "/admin/account/second-factor"
    clock.now += STEP
    assert sign_in(client).errors()


def test_half_a_sign_in_does_not_wait_for_ever(client, clock):
    app = come_in_first(client)
    sign_out(client)
    sign_in(client)
    token = client.get("/admin/sign-in/code").value("csrf_token")
    clock.now += timedelta(minutes=11)

    answer = client.post("/admin/sign-in/code", {"csrf_token": token, "code": app.code(clock())})

    assert answer.response.location == "/admin/sign-in"
    assert not is_in(client)


def test_each_sign_in_has_a_session_of_its_own_and_leaves_nothing_of_the_one_before(client, clock):
    app = come_in_first(client)
    with client.http.session_transaction("/admin/") as cookie:
        first, cookie["planted"] = cookie[KEY], "x"
    sign_out(client)
    clock.now += STEP
    sign_in(client)
    client.send("/admin/sign-in/code", {"code": app.code(clock())})

    with client.http.session_transaction("/admin/") as cookie:
        assert cookie[KEY] != first
        assert "planted" not in cookie
        assert not [name for name in cookie if name.startswith("tf_")]


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(client):
    come_in_first(client)
    with client.http.session_transaction("/admin/") as cookie:
        stolen = dict(cookie)

    page = sign_out(client)

    assert page.response.location == "/admin/sign-in"
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client.http.session_transaction("/admin/") as cookie:
        cookie.update(stolen)
    assert not is_in(client)


def test_signing_out_needs_the_button(client):
    come_in_first(client)

    assert client.http.get("/admin/sign-out").status_code == 405
    assert client.post("/admin/sign-out", {}).status == 400
    assert is_in(client)


def test_showing_again_who_one_is_makes_the_session_fresh(client, clock):
    client.sign_in(Role.OWNER, password=None)
    come_in_first(client)
    clock.now += FRESH
    assert (
        client.get("/admin/account/passkeys").response.location
        == "/admin/verify?next=/admin/account/passkeys"
    )
    way = "/admin/verify?next=/admin/account/passkeys"

    assert client.send(way, {"password": "wrong"}).errors() == {
        "password": "This is not your password"
    }
    assert client.get("/admin/account/passkeys").status == 302
    page = client.send(way, {"password": PASSWORD, "next": "/admin/account/passkeys"})

    assert followed(client, page).title.startswith("Passkeys")
    with house(client).database.reading() as session:
        assert (
            session.scalars(select(StaffSession.fresh_at).order_by(StaffSession.id.desc())).first()
            == clock()
        )


AWAY = (
    "//evil.example",
    "https:evil.example",
    "https://evil.example/admin/",
    "/\\evil.example",
    "\\\\evil.example",
    "/admin/../../evil",
    "/admin//evil.example",
    "/admin/..;/x",
    "/admin/%2e%2e/x",
    "/",
    "/admin",
    "javascript:a()",
    " /admin/account",
    "/admin/account?next=//evil.example",
    "/admin/\t/evil.example",
    "account.page",
)


def test_nothing_leads_out_of_the_desk(client):
    signed_in = PageClient(client.app)
    signed_in.sign_in(Role.ADMIN)

    for browser, page in ((client, "/admin/sign-in"), (signed_in, "/admin/verify")):
        token = browser.get(page).value("csrf_token")
        for way in AWAY:
            assert browser.http.get(page, query_string={"next": way}).status_code == 400, way
            sent = browser.http.post(page, data={"csrf_token": token, "next": way})
            assert sent.status_code == 400, way


def test_the_way_back_is_followed(client, clock):
    app = come_in_first(client)
    recovery_codes(client)
    sign_out(client)
    clock.now += STEP
    asked = client.get("/admin/staff").response.location
    assert asked == "/admin/sign-in?next=/admin/staff"

    code = client.send(
        asked, {"email": "ana@clinic.example", "password": PASSWORD, "next": "/admin/staff"}
    )
    page = client.send(code.response.location, {"code": app.code(clock()), "next": "/admin/staff"})

    assert page.response.location == "/admin/staff"


def test_json_and_tokens_are_no_way_in(client):
    come_in_first(client)
    token = client.get("/admin/account").value("csrf_token")

    answer = client.http.post("/admin/verify", json=[1], headers={"X-CSRFToken": token})
    assert answer.status_code == 415
    assert (
        client.http.get(
            "/admin/verify?include_auth_token", headers={"Accept": "application/json"}
        ).mimetype
        == "text/html"
    )


def test_pages_for_patients_look_at_no_cookie(client):
    come_in_first(client)

    assert "Cookie" not in client.get("/").response.headers.get("Vary", "")
