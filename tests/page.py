"""The client that inspects every page it opens, so that no test has to remember to."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from intake.app import ADMIN
from intake.callback.stamp import read_stamp
from intake.models import Role, StaffMember
from intake.staff.guard import KEY as SESSION
from intake.staff.sessions import begin
from intake.web import KEY, Installation
from tests.factories import staff
from tests.strict import Strict

PERSONAL = re.compile(r"555[ -.]?\d{4}|@|%40|O.?Neil", re.IGNORECASE)
KINDS = {"text", "tel", "email", "checkbox", "radio", "hidden", "password", "date", "number"}
TOKEN = re.compile(r"\b[0-9a-f]{64}\b")
"""The token of a consent page: random digits, among which a number can seem to stand."""


class Page:
    """An answer, with its text and its parts at hand."""

    def __init__(self, response: TestResponse) -> None:
        builder = Strict()
        self.response = response
        self.status = response.status_code
        self.soup = BeautifulSoup(
            response.get_data(as_text=True) if _is_page(response) else "", builder=builder
        )
        self.faults: list[Any] = builder.faults

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def title(self) -> str:
        """The document's title."""
        found = self.soup.title
        return found.get_text().strip() if found else ""

    def errors(self) -> dict[str, str]:
        """The message beside each field, by the field's id."""
        found = self.soup.select("p.error")
        return {
            str(p["id"]).removesuffix("-error"): "".join(
                p.find_all(string=True, recursive=False)
            ).strip()
            for p in found
        }

    def summary(self) -> dict[str, str]:
        """The links of the error summary: target id and words."""
        return {
            str(a["href"]).removeprefix("#"): a.get_text().strip()
            for a in self.soup.select(".error-summary a")
        }

    def value(self, name: str) -> str:
        """What stands in a text field."""
        field = self.soup.select_one(f'[name="{name}"]')
        assert field is not None, f"no field {name}"
        return (
            field.get_text().removeprefix("\n")
            if field.name == "textarea"
            else str(field.get("value", ""))
        )

    def ticked(self, name: str) -> list[str]:
        """The ticked boxes or buttons of this name."""
        return [str(field["value"]) for field in self.soup.select(f'input[name="{name}"][checked]')]


class PageClient:
    """Flask's test client, whose every page is checked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()
        self.house: Installation = app.extensions[KEY]

    @property
    def desk(self) -> Flask:
        """The application that answers below /admin; loaded now, where nobody has asked for it."""
        found: Flask = self.app.extensions[ADMIN].app()
        return found

    def get(self, path: str, **kwargs: Any) -> Page:
        """Open a page."""
        return self._inspected(self.http.get(path, **kwargs))

    def post(self, path: str, data: Any, **kwargs: Any) -> Page:
        """Send a form."""
        return self._inspected(self.http.post(path, data=data, **kwargs))

    def sign_in(self, role: Role = Role.ADMIN, **account: Any) -> StaffMember:
        """Come in as somebody of this role, just now, past both factors (which `tests/staff` goes
        through).
        """
        place = self.house
        with place.database.writing() as session:
            member = staff(session, role, now=place.clock(), **account)
            key = begin(
                session, member, browser="Firefox", network="192.0.2.0/24", now=place.clock()
            )
        with self.http.session_transaction("/admin/") as cookie:
            cookie.update(
                {SESSION: key, "_user_id": member.fs_uniquifier, "_fresh": True, "fs_cc": "set"}
            )
        return member

    def send(
        self, path: str, data: Mapping[str, Any] | None = None, *, to: str | None = None
    ) -> Page:
        """Open the page of the desk at *path*, and send its form with *data* (to another address:
        *to*).
        """
        token = self.get(path).value("csrf_token")
        return self.post(to or path, {"csrf_token": token} | dict(data or {}))

    def stamp(self, path: str = "/") -> str:
        """The stamp of a form that was opened a minute ago: a person takes their time
        (`callback.abuse`).
        """
        found = read_stamp(self.get(path).value("stamp"), self.house.secret)
        assert found is not None
        assert found.shown_at is not None
        return replace(found, shown_at=found.shown_at - timedelta(minutes=1)).sign(
            self.house.secret
        )

    def submit(
        self, path: str = "/", *, stamp: str | None = None, follow: bool = True, **answers: Any
    ) -> Page:
        """Open the form at *path*, fill it in and send it, following to the confirmation."""
        sent = {
            "stamp": stamp or self.stamp(path),
            "name": "Ana Đặng",
            "phone": "416 555 0123",
        } | answers
        page = self.post(path, {key: value for key, value in sent.items() if value is not None})
        return self.get(page.response.location) if follow and page.status == 303 else page

    def _inspected(self, response: TestResponse) -> Page:
        page = Page(response)
        asked = f"{response.request.path}?{response.request.query_string.decode()}"
        assert not PERSONAL.search(TOKEN.sub("", asked)), "personal data in the address"
        assert not PERSONAL.search(TOKEN.sub("", response.location or "")), (
            "personal data in the redirect"
        )
        if TOKEN.search(asked):
            assert response.headers["Referrer-Policy"] == "no-referrer", (
                "the token is told to no other site"
            )
            assert "noindex" in response.headers["X-Robots-Tag"], "no search engine keeps the page"
            assert response.headers["Cache-Control"] == "no-store", "nor does a cache"
            assert "Set-Cookie" not in response.headers, "the token alone opens the page"
        if _is_page(response):
            inspect(page)
        return page


def _is_page(response: TestResponse) -> bool:
    return response.mimetype == "text/html" and not 300 <= response.status_code < 400


def inspect(page: Page) -> None:
    """Fail with the fault in words when a page breaks a rule that holds for all of them."""
    # Once: a selector for each rule would take longer than the page itself
    tags = page.soup.find_all(True)
    assert not page.faults, f"not valid HTML: {page.faults}"
    headings = [tag.get_text().strip() for tag in named(tags, "h1")]
    assert len(headings) == 1, f"a page has one h1, not {headings}"
    assert headings[0] in page.title, (
        f"the title “{page.title}” does not name the page “{headings[0]}”"
    )
    has_errors = any("error-summary" in (tag.get("class") or []) for tag in tags)
    assert page.title.startswith(("Error:", "Erreur")) == has_errors, "errors are said in the title"
    assert named(tags, "html")[0].get("lang") in {"en-CA", "fr-CA"}, "the language is said"
    twice = [
        name
        for name, count in Counter(str(tag["id"]) for tag in with_any(tags, "id")).items()
        if count > 1
    ]
    assert not twice, f"ids are unique: {twice}"
    ids = {str(tag["id"]) for tag in with_any(tags, "id")}
    for tag in with_any(tags, "aria-describedby", "aria-labelledby"):
        pointed = f"{tag.get('aria-describedby', '')} {tag.get('aria-labelledby', '')}".split()
        assert set(pointed) <= ids, f"{tag} points to what is not there"
    for link in with_any(named(tags, "a"), "href"):
        assert not str(link["href"]).startswith("#") or str(link["href"])[1:] in ids, (
            f"{link} leads nowhere"
        )
    labelled = {str(label["for"]) for label in with_any(named(tags, "label"), "for")}
    for field in named(tags, "input", "textarea", "select"):
        assert field.get("type") == "hidden" or field.get("id") in labelled, f"{field} has no label"
    for field in named(tags, "input"):
        assert field.get("type") in KINDS, f"{field} says what it is"
    assert not [*with_any(tags, "placeholder", "required", "style"), *named(tags, "style")], (
        "no placeholder, browser bubble or inline style"
    )
    policy = page.response.headers["Content-Security-Policy"]
    for script in named(tags, "script"):
        assert script.get("src"), "scripts are files"
        assert f"'nonce-{script.get('nonce')}'" in policy, "scripts carry the nonce of the policy"
    fetched = [
        link for link in named(tags, "link") if {"stylesheet", "icon"} & set(link.get("rel") or ())
    ]
    for tag in [*with_any(tags, "src"), *fetched]:
        assert str(tag.get("src") or tag.get("href"))[0] == "/", f"{tag} comes from elsewhere"
    for form in named(tags, "form"):
        assert form.get("action"), "a form says where it goes"
        assert form.get("method") == "post", "what is typed never stands in an address"
        assert form.has_attr("novalidate"), "we check, the browser does not"
    is_form = any(form.has_attr("data-callback-form") for form in named(tags, "form"))
    is_kept = is_form and page.response.request.method == "GET"
    kept = "private, no-cache" if is_kept else "no-store"
    assert page.response.headers["Cache-Control"] == kept, (
        "a page with something personal is not kept"
    )
    assert "'" not in page.text.replace("'none'", ""), "apostrophes are typographic"


def named(tags: Sequence[Tag], *names: str) -> list[Tag]:
    """Return the *tags* of these names."""
    return [tag for tag in tags if tag.name in names]


def with_any(tags: Sequence[Tag], *attributes: str) -> list[Tag]:
    """Return the *tags* that have one of *attributes*, whatever it says."""
    return [tag for tag in tags if any(name in tag.attrs for name in attributes)]
