"""Send anything to everything of a running demonstration: `python -m tests.fuzz --seed 1 --requests
5000`.

Its database is SQLite, or with `--engine postgresql` a PostgreSQL of its own, which takes less of
what is sent.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from bs4 import BeautifulSoup

from intake.models import Role
from tests.databases import address
from tests.fuzz.door import METHODS, Answer, Door, Form, filled, forms_of, paths_of
from tests.fuzz.payloads import HOSTILE, broken
from tests.fuzz.place import LEAVING
from tests.fuzz.test_fuzz import NAMES
from tests.journeys.conftest import Demo, running_demo
from tests.page import PageClient
from tests.postgres import end, start

SHARE_OF_FORMS = 0.6


def fuzz(number: int, seed: int, engine: str) -> int:
    """Send *number* requests and say what came of them; how many answers were no good ones."""
    chance, statuses, wrong = random.Random(seed), Counter[int](), list[str]()
    with _running(engine) as demo:
        client, known = demo.owner()
        door = _door(demo, client)
        rules = [rule for rule in client.desk.url_map.iter_rules() if rule.endpoint not in LEAVING]
        forms = [
            form
            for form in forms_of(door, paths_of(rules, known))
            if "/sign-out" not in form.action
        ]
        print(f"{len(rules)} addresses, {len(forms)} forms")
        for _ in range(number):
            if chance.random() < SHARE_OF_FORMS:
                asked, answer = _any_form(door, forms, chance)
            else:
                rule = chance.choice(rules)
                blanks = {
                    name: quote(chance.choice(HOSTILE), safe="") or "x" for name in rule.arguments
                }
                path = filled(rule, known, **chance.choice([{}, blanks]))
                query = {name: chance.choice(HOSTILE) for name in chance.sample(NAMES, 2)}
                method = chance.choice(METHODS)
                asked, answer = f"{method} {path} {query}", door(method, path, query, None)
            statuses[answer.status] += 1
            wrong += [
                f"{problem}: {asked}"
                for problem in broken(answer.status, answer.headers, answer.body)
            ]
    print(
        f"{number} requests with seed {seed} on {engine}:",
        ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items())),
    )
    print("\n".join(wrong[:50]) or "no fault, nothing of the sender's came alive")
    return len(wrong)


@contextmanager
def _running(engine: str) -> Iterator[Demo]:
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            with running_demo(Path(folder)) as demo:
                yield demo
            return
        server = start()
        with running_demo(Path(folder), address(server, "postgres")) as demo:
            yield demo
        end(server)


def _any_form(door: Door, forms: list[Form], chance: random.Random) -> tuple[str, Answer]:
    form = chance.choice(forms)
    names = sorted(set(form.fields) - {"csrf_token"}) or ["more"]
    sent = {**form.fields, **{chance.choice(names): chance.choice(HOSTILE) for _ in range(3)}}
    return f"form of {form.page} to {form.action} with {sent}", door("POST", form.action, {}, sent)


def _door(demo: Demo, client: PageClient) -> Door:
    browser, token = requests.Session(), dict[str, str]()

    def come_in() -> None:
        client.sign_in(Role.OWNER)
        cookie = client.http.get_cookie("intake")
        browser.cookies.clear()
        browser.cookies.set("intake", cookie.value if cookie else "", domain="127.0.0.1")
        page = browser.get(f"{demo.form}/admin/account", timeout=60).text
        token["csrf_token"] = str(
            BeautifulSoup(page, "html.parser").select_one("[name=csrf_token]")["value"]
        )

    def send(method: str, path: str, query: Any, form: Mapping[str, str] | None) -> Answer:
        sent = {**form, **token} if form and "csrf_token" in form else form
        answer = browser.request(
            method, demo.form + path, params=query, data=sent, allow_redirects=False, timeout=60
        )
        if "/admin/sign-in" in answer.headers.get("Location", ""):
            come_in()  # what was sent ended the session; the next request is to get in
        return Answer(answer.status_code, list(answer.headers.items()), answer.text)

    come_in()
    return send


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    sys.exit(bool(fuzz(chosen.requests, chosen.seed, chosen.engine)))
