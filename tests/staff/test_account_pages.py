"""The pages of one's own account, and of who may come in."""

from datetime import timedelta

from intake.models import Role, StaffSession
from intake.staff.sessions import FRESH, begin
from tests.page import PageClient
from tests.staff.coming_in import (
    PASSWORD,
    App,
    account,
    begin_behind_link,
    come_in_first,
    house,
    is_in,
    set_up_app,
    sign_in,
    sign_out,
)


def second_browser(client, member):
    place = house(client)
    with place.database.writing() as session:
        begin(session, member, browser="Safari", network="198.51.100.0/24", now=place.clock())
        session.flush()
        return session.query(StaffSession.id).order_by(StaffSession.id.desc()).first()[0]


def stands(client, number):
    with house(client).database.reading() as session:
        return session.get_one(StaffSession, number).ended_at is None


def test_a_person_sees_and_ends_their_own_sessions(client):
    me = client.sign_in(Role.FRONT_DESK)
    mine = second_browser(client, me)
    colleague = PageClient(client.app)
    theirs = second_browser(client, colleague.sign_in(Role.FRONT_DESK))

    page = client.get("/admin/account")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert len(rows) == 2
    assert sum("This browser" in row for row in rows) == 1
    assert any(row.startswith("Safari 198.51.100.0/24 2026-11-23 12:00") for row in rows)

    assert (
        client.send(
            "/admin/account", {"session": str(theirs)}, to="/admin/account/sessions/end"
        ).status
        == 404
    )
    assert (
        client.send(
            "/admin/account", {"session": "9" * 30}, to="/admin/account/sessions/end"
        ).status
        == 404
    )
    assert stands(client, theirs)
    client.send("/admin/account", {"session": str(mine)}, to="/admin/account/sessions/end")
    assert not stands(client, mine)
    mine = second_browser(client, me)
    client.send("/admin/account", to="/admin/account/sessions/end-others")
    assert not stands(client, mine)
    assert is_in(client)
    assert is_in(colleague)


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(client):
    come_in_first(client)
    other = second_browser(client, account(client))
    new = "kettle harbour pepper thunder"
    way = "/admin/account/password"

    wrong = client.send(way, {"current": "wrong", "password": new, "again": new})
    assert wrong.errors() == {"current": "This is not your password"}
    differ = client.send(way, {"current": PASSWORD, "password": new, "again": "x"})
    assert differ.errors() == {"again": "The two passwords are not the same"}
    assert (
        "easy to guess"
        in client.send(way, {"current": PASSWORD, "password": "a" * 12, "again": "a" * 12}).text
    )
    assert client.send(way, {"current": PASSWORD, "password": new, "again": new}).status == 302

    assert is_in(client)
    assert not stands(client, other)
    sign_out(client)
    assert sign_in(client, password=PASSWORD).errors()
    assert sign_in(client, password=new).status == 302


def test_another_app_takes_the_place_of_the_first(client, clock):
    come_in_first(client)
    before = account(client).tf_totp_secret
    clock.now += timedelta(seconds=30)

    page = client.send("/admin/account/second-factor", {"setup": "authenticator"})
    key = page.soup.select_one("[data-key]").get_text()
    form = page.soup.select_one("form[action^='/admin/account/second-factor/']")
    assert account(client).tf_totp_secret == before, "not before its code was right"
    code = App(key).code(clock())
    client.post(str(form["action"]), {"csrf_token": page.value("csrf_token"), "code": code})

    after = account(client).tf_totp_secret
    assert after != before
    client.send("/admin/account/second-factor", {"setup": "disable"})
    assert account(client).tf_totp_secret == after, "nobody is without one"


def test_another_app_needs_a_fresh_sign_in(client, clock):
    client.sign_in(Role.ADMIN)
    clock.now += FRESH

    assert client.get("/admin/account/second-factor").response.location.startswith(
        "/admin/verify?next="
    )


def test_an_owner_adds_somebody_and_hands_the_link_over(client):
    client.sign_in(Role.OWNER)
    person = {"name": "Bo", "email": "bo@clinic.example", "role": "auditor", "until": "2026-12-24"}

    page = client.send("/admin/staff", person, to="/admin/staff/add")
    link = page.soup.select_one("[data-link]").get_text()
    assert link.startswith("http://localhost/admin/welcome/")

    bo = PageClient(client.app)
    begin_behind_link(bo, link.removeprefix("http://localhost"))
    set_up_app(bo)
    assert account(client, "bo@clinic.example").role is Role.AUDITOR
    assert bo.get("/admin/staff").status == 403
    assert "bo@clinic.example · may come in until 2026-12-24" in client.get("/admin/staff").text

    twice = client.send("/admin/staff", person, to="/admin/staff/add")
    assert (twice.status, twice.errors()) == (
        422,
        {"email": "There is an account with this email address already."},
    )
    empty = client.send("/admin/staff", to="/admin/staff/add")
    assert empty.errors().keys() == {"name", "email", "role"}


def test_an_owner_changes_ends_and_resets(client):
    me = client.sign_in(Role.OWNER)
    colleague = PageClient(client.app)
    other = colleague.sign_in(Role.ADMIN)

    client.send("/admin/staff", {"role": "front_desk"}, to=f"/admin/staff/{other.id}/role")
    assert account(client, other.email).role is Role.FRONT_DESK
    client.send("/admin/staff", to=f"/admin/staff/{other.id}/end")
    assert not is_in(colleague)
    client.send("/admin/staff", to=f"/admin/staff/{other.id}/reopen")
    assert account(client, other.email).active
    page = client.send("/admin/staff", {"second_factor": "1"}, to=f"/admin/staff/{other.id}/reset")
    assert page.soup.select_one("[data-link]")
    assert account(client, other.email).tf_primary_method is None

    client.send("/admin/staff", to=f"/admin/staff/{me.id}/end")
    assert "This is the last owner" in client.get("/admin/staff").text
    client.send("/admin/staff", to=f"/admin/staff/{10**30}/end")
    assert "There is no such account" in client.get("/admin/staff").text
    assert (
        client.send("/admin/staff", {"role": "king"}, to=f"/admin/staff/{me.id}/role").status == 400
    )


def test_accounts_are_changed_after_a_fresh_sign_in_alone(client, clock):
    client.sign_in(Role.OWNER)
    clock.now += FRESH

    page = client.send("/admin/staff", {"name": "Bo"}, to="/admin/staff/add")

    assert page.response.location == "/admin/verify"


def test_what_no_passkey_would_answer_is_refused(client):
    come_in_first(client)
    page = client.send("/admin/account/passkeys", {"name": "Desk", "usage": "first"})
    answer = str(page.soup.select_one("[data-passkey]")["action"])
    token = page.value("csrf_token")
    for name in ("", "<b>", "x" * 80):
        assert client.send("/admin/account/passkeys", {"name": name, "usage": "first"}).errors()
    assert client.send("/admin/account/passkeys", {"name": "Desk", "usage": "king"}).errors()

    shaped = '{"id":"a","rawId":"a","type":"b","response":{}}'
    for junk in ("", "{}", "[]", "null", "1", '"x"', '{"id": 1}', "{", "[" * 20_000, shaped):
        sent = client.post(answer, {"csrf_token": token, "credential": junk})
        assert sent.response.location == "/admin/account/passkeys", junk
        sent = client.post(f"{answer}x", {"csrf_token": token, "credential": junk})
        assert sent.response.location == "/admin/account/passkeys", junk
    sign_out(client)
    page = client.send("/admin/sign-in", to="/admin/sign-in/passkey")
    shaped = '{"id":"a","rawId":"a","type":"public-key","response":{"clientDataJSON":1}}'
    for junk in ("", "[]", "null", "[" * 20_000, shaped):
        sent = client.post(
            str(page.soup.select_one("[data-passkey]")["action"]),
            {"csrf_token": page.value("csrf_token"), "credential": junk},
        )
        assert sent.response.location == "/admin/sign-in/passkey", junk
