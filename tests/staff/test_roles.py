"""Which role may use which page of the desk: every address of it, with every method, by everybody.

A new page needs a line in MAY_USE, written by hand: the table is what we mean, and the test holds
the code against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import Rule

from intake.app import create_app
from intake.config import Settings
from intake.db import Database
from intake.models import Role
from intake.staff.guard import KEY, OPEN, access_of
from tests.conftest import NOON, SECRET, Clock
from tests.factories import Factory, staff
from tests.page import PageClient

ALL = {Role.FRONT_DESK, Role.AUDITOR, Role.ADMIN, Role.OWNER}
ADMINS = {Role.ADMIN, Role.OWNER}
READERS = ADMINS | {Role.AUDITOR}
OWNERS = {Role.OWNER}
ANYBODY = None
"""Not signed in either: for whoever wants to come in."""

MAY_USE: dict[str, set[Role] | None] = {
    "home.page": ALL,
    # Coming in
    "welcome.page": ANYBODY,
    "security.login": ANYBODY,
    "security.two_factor_token_validation": ANYBODY,
    "security.two_factor_setup": ANYBODY,
    "security.tf_select": ANYBODY,
    "security.mf_recovery": ANYBODY,
    "security.wan_signin": ANYBODY,
    "security.wan_signin_response": ANYBODY,
    # One's own account
    "account.page": ALL,
    "account.end_session": ALL,
    "account.end_others": ALL,
    "account.password": ALL,
    "security.logout": ALL,
    "security.verify": ALL,
    "security.wan_verify": ALL,
    "security.wan_verify_response": ALL,
    "security.two_factor_setup_validate": ALL,
    "security.mf_recovery_codes": ALL,
    "security.wan_register": ALL,
    "security.wan_register_response": ALL,
    "security.wan_delete": ALL,
    # Who may come in
    "staff.page": OWNERS,
    "staff.add": OWNERS,
    "staff.role": OWNERS,
    "staff.end": OWNERS,
    "staff.reopen": OWNERS,
    "staff.reset": OWNERS,
    # The queue, the pipeline, the overview
    "queue.page": ALL,
    "queue.request": ALL,
    "queue.reopen": ALL - {Role.AUDITOR},
    "held.page": ALL,
    "held.let_go": ALL - {Role.AUDITOR},
    "pipeline.page": READERS,
    "pipeline.retry": ADMINS,
    "figures.page": READERS,
    # Consent audit, ledger, access log
    "words.page": READERS,
    "words.publish": ADMINS,
    "consents.page": READERS,
    "consents.find": READERS,
    "consents.everybody": READERS,
    "consents.export": READERS,
    "consents.look": READERS,
    "consents.person": READERS,
    "consents.reveal": READERS,
    "consents.export_person": READERS,
    "consents.proof": READERS,
    "ledger.page": READERS,
    "ledger.verify": READERS,
    "ledger.checkpoint": READERS,
    "ledger.keys": READERS,
    "ledger.verifier_file": READERS,
    "ledger.inclusion_proof": READERS,
    "ledger.consistency_proof": READERS,
    "access.page": READERS,
    "access.look": READERS,
    "access.export": READERS,
    # What a person may ask of the clinic
    "privacy_desk.page": READERS,
    "privacy_desk.find": READERS,
    "privacy_desk.person": READERS,
    "privacy_desk.opened": ADMINS,
    "privacy_desk.locked": ADMINS,
    "privacy_desk.released": ADMINS,
    "privacy_desk.corrected": ADMINS,
    "privacy_desk.export": ADMINS,
    "erasure.page": ADMINS,
    "erasure.erased": ADMINS,
    "erasure.paper": READERS,
    "erasure.paper_json": READERS,
    "retention.page": READERS,
    "retention.run": ADMINS,
    "breaches.page": READERS,
    "breaches.new": ADMINS,
    "breaches.entered": ADMINS,
    "breaches.entry": READERS,
    "breaches.changed": ADMINS,
    "breaches.counts": READERS,
}
HOW_TO = "write a line for it into MAY_USE of tests/staff/test_roles.py: who may use it?"
METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Desk:
    """The desk with somebody of each role, and what stands in its addresses."""

    app: Flask
    pages: Flask
    values: dict[str, object]
    people: dict[Role, "Somebody"]


class Somebody:
    """A browser that stays signed in as somebody of one role."""

    def __init__(self, app: Flask, role: Role) -> None:
        self.role, self.browser = role, PageClient(app)
        self._come_in()

    def is_refused(self, method: str, path: str) -> bool:
        """Whether the answer is 403. What is sent is empty: whoever is let in seldom gets further
        than a complaint.
        """
        data = {"csrf_token": self.token} if method == "POST" else None
        answer = self.browser.http.open(path, method=method, data=data)
        assert answer.status_code < 500, f"{method} {path}"
        with self.browser.http.session_transaction("/admin/") as cookie:
            is_out = KEY not in cookie
        if is_out:
            self._come_in()
        return answer.status_code == 403

    def _come_in(self) -> None:
        self.browser.sign_in(self.role)
        self.token = self.browser.get("/admin/account").value("csrf_token")


@pytest.fixture(scope="module")
def desk(templates, clinic, tmp_path_factory) -> Iterator[Desk]:
    url = templates.sqlite()
    app = create_app(
        Settings(database_url=url, secret_key=SECRET, instance=tmp_path_factory.mktemp("desk")),
        clock=Clock(),
    )
    pages = PageClient(app).desk
    pages.config["PROPAGATE_EXCEPTIONS"] = False
    database = Database(url)
    with database.writing() as session:
        ref = Factory(session, clinic)().ref
        other = staff(session, Role.OWNER, now=NOON).id
    people = {role: Somebody(app, role) for role in Role}
    yield Desk(
        app,
        pages,
        {"ref": ref, "token": "x" * 43, "number": other, "filename": "x", "name": "x"},
        people,
    )
    database.dispose()


def rules(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin/") and not rule.build_only
    ]


def test_every_page_of_the_desk_stands_in_the_table_and_says_who_may_use_it(desk):
    there = {rule.endpoint for rule in rules(desk.pages)}

    assert there - MAY_USE.keys() == set(), HOW_TO
    assert MAY_USE.keys() - there == set(), "no such page: take the line out of MAY_USE"
    with desk.pages.app_context():
        unsaid = {
            endpoint for endpoint in there if access_of(endpoint) is None and endpoint not in OPEN
        }
    assert unsaid == set(), "mark the view with @allow(...)"


def test_each_role_may_use_what_the_table_says_and_nothing_else(desk):
    wrong = []
    for rule in rules(desk.pages):
        for method in METHODS:
            if method not in rule.methods:
                continue
            path = _path(rule, desk.values)
            for role, somebody in desk.people.items():
                allowed = MAY_USE[rule.endpoint] is ANYBODY or role in MAY_USE[rule.endpoint]
                if somebody.is_refused(method, path) == allowed:
                    wrong.append(
                        (
                            str(role),
                            method,
                            rule.endpoint,
                            "should be let in" if allowed else "got in",
                        )
                    )
            if MAY_USE[rule.endpoint] is not ANYBODY and not _is_sent_to_sign_in(
                PageClient(desk.app), method, path
            ):
                wrong.append(("nobody", method, rule.endpoint, "got in"))

    assert wrong == []


def _path(rule: Rule, values: dict[str, object]) -> str:
    """The address with something in each blank."""
    blanks = {name: values.get(name, 1) for name in rule.arguments}
    built = rule.build(blanks)
    assert built is not None, f"{rule}: add a value for its blanks to the fixture"
    return built[1]


def _is_sent_to_sign_in(browser: PageClient, method: str, path: str) -> bool:
    answer = browser.http.open(path, method=method)
    return answer.status_code == 302 and answer.location.startswith("/admin/sign-in")
