"""What every answer tells the browser, and under which names we answer at all."""

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.models import Lead
from tests.conftest import SECRET
from tests.page import PageClient

PATHS = [
    "/",
    "/fr/",
    "/consent/",
    "/requests/x",
    "/nothing",
    "/healthz",
    "/static/app.css",
    "/clinic.css",
]


@pytest.fixture
def public(page_database, clock, tmp_path):
    """The form as patients reach it, behind one proxy that adds TLS."""
    settings = Settings(
        database_url=page_database.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        instance=tmp_path,
        public_url="https://call.clinic.example",
        trusted_proxies=1,
    )
    return PageClient(create_app(settings, clock=clock))


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(public, path):
    with public.http.get(path, headers={"Host": "call.clinic.example"}) as answer:
        headers = answer.headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert (
        policy["default-src"]
        == policy["frame-ancestors"]
        == policy["base-uri"]
        == policy["object-src"]
        == "'none'"
    )
    assert policy["script-src"].startswith("'nonce-")
    assert "unsafe" not in str(policy)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert (
        headers["Cross-Origin-Opener-Policy"]
        == headers["Cross-Origin-Resource-Policy"]
        == "same-origin"
    )
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers["X-Request-ID"]) == 12


def test_each_answer_has_a_nonce_of_its_own(public):
    policies = {
        public.http.get("/", headers={"Host": "call.clinic.example"}).headers[
            "Content-Security-Policy"
        ]
        for _ in range(5)
    }

    assert len(policies) == 5


def test_this_computer_is_not_told_to_come_by_https_for_a_year(client):
    assert "Strict-Transport-Security" not in client.get("/").response.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "call.clinic.example.evil.example",
        "a@evil.example",
        "",
        "a b",
        "localhost.evil.example",
        "[::2]",
        "[::1].evil.example",
        "127.0.0.1@evil.example",
        "127.0.0.1.evil.example",
    ],
)
def test_a_request_for_another_host_is_refused(public, host):
    page = public.get("/", headers={"Host": host})

    assert page.status == 421
    assert page.soup.select_one("h1").text == "There is nothing at this address"
    assert "evil" not in page.response.text


def test_the_proxy_in_front_says_for_which_host(public):
    sent = {
        "Host": "10.0.0.7:8000",
        "X-Forwarded-Host": "call.clinic.example",
        "X-Forwarded-Proto": "https",
    }
    assert public.get("/", headers=sent).status == 200
    assert public.get("/", headers=sent | {"X-Forwarded-Host": "evil.example"}).status == 421


def test_a_proxy_that_nobody_configured_is_not_believed(client):
    assert (
        client.get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"}).status
        == 421
    )


def test_machines_that_watch_may_ask_by_any_address(public):
    assert public.get("/healthz", headers={"Host": "10.0.0.7"}).status == 200


def test_an_error_page_names_the_id_that_stands_in_the_log(client):
    page = client.get("/nothing")

    assert page.status == 404
    assert f"mention {page.response.headers['X-Request-ID']}" in page.text


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8000",
        "127.0.0.1",
        "127.0.0.1:8000",
        "[::1]",
        "[::1]:8000",
        "127.0.0.2",
        "LocalHost",
    ],
)
def test_this_computer_is_answered_under_each_of_its_names(client, host):
    assert client.get("/", headers={"Host": host}).status == 200


def _secret_rules(app):
    """The pages that open to whoever knows their address."""
    return [rule for rule in app.url_map.iter_rules() if {"token", "code"} & set(rule.arguments)]


def test_a_page_behind_a_secret_address_tells_nobody_that_address(client, clock):
    client.submit(email="ana@example.com", agree_news="y")
    with client.house.database.reading() as session:
        token = session.scalars(select(Lead.token)).one()
    consent = str(
        client.get(f"/requests/{token}").soup.select_one("a[href^='/consent/']")["href"]
    ).split("/")[2]
    rules = _secret_rules(client.desk)
    assert {rule.endpoint for rule in rules} >= {
        "callback.confirmation",
        "consent.page",
        "consent.confirm",
        "consent.receipt_json",
        "welcome.page",
    }

    for rule in rules:
        for secret in (token, consent, "unknown"):
            path = rule.rule.replace("<token>", secret).replace("<code>", "unknown")
            for method in rule.methods:
                with client.http.open(path, method=method) as answer:
                    assert answer.headers["Referrer-Policy"] == "no-referrer", (method, rule.rule)
                    assert "noindex" in answer.headers["X-Robots-Tag"], (method, rule.rule)
                    assert answer.headers["Cache-Control"] == "no-store", (method, rule.rule)


def test_search_engines_keep_the_public_pages_and_no_other(client):
    def is_kept(path):
        with client.http.get(path) as answer:
            return "X-Robots-Tag" not in answer.headers

    public = [
        "/",
        "/fr/",
        "/consent/",
        "/fr/consent/",
        "/privacy",
        "/fr/privacy",
        "/static/app.css",
    ]
    found = {path: is_kept(path) for path in public}
    others = ["/requests/x", "/nowhere", "/admin/", "/admin/sign-in", "/healthz", "/readyz", "/%00"]
    assert found | {path: is_kept(path) for path in others} == dict.fromkeys(
        public, True
    ) | dict.fromkeys(others, False)


def test_pages_of_patients_tell_no_address_and_those_of_the_desk_only_to_the_desk(client):
    def policy(path):
        with client.http.get(path) as answer:
            return answer.headers["Referrer-Policy"]

    assert {policy(path) for path in ("/", "/consent/", "/nowhere", "/requests/x")} == {
        "no-referrer"
    }
    assert {policy(path) for path in ("/admin/", "/admin/sign-in", "/admin/queue")} == {
        "same-origin"
    }
