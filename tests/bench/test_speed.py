"""The measuring itself: that the baseline does what is said of it, and that figures come out as
they went in.
"""

import shutil
import threading
from collections import Counter
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import create_engine, func, select, text
from werkzeug.serving import make_server

from bench.baseline import ADDRESS, KEY, create_app
from bench.baseline.store import Consent, Lead, Outbox, make_tables
from bench.speed import load
from bench.speed.acts import acts
from bench.speed.floor import disk, sqlite
from bench.speed.measures import MEASURES, compared
from bench.speed.report import Report
from bench.speed.sides import BASELINE, PRODUCT
from bench.speed.traffic import LINES, mixed, opened, plain
from tests.conftest import SECRET

ROUNDS = (
    [{"request rate": 100.0, "start": 2.0}, {"request rate": 120.0, "start": 2.0}],
    [{"request rate": 400.0, "start": 1.0}, {"request rate": 240.0, "start": 4.0}],
)


@pytest.fixture
def baseline(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'baseline.db'}"
    monkeypatch.setenv(ADDRESS, url)
    monkeypatch.setenv(KEY, SECRET)
    make_tables(url)
    return create_app()


def token_in(page):
    return BeautifulSoup(page, "html5lib").select_one(f"[name={BASELINE.names.token}]")["value"]


def rows(tmp_path):
    with create_engine(f"sqlite:///{tmp_path / 'baseline.db'}").connect() as connection:
        return [
            connection.scalar(select(func.count()).select_from(table))
            for table in (Lead, Consent, Outbox)
        ]


def test_the_baseline_stores_a_lead_four_consents_and_an_outbox_row_and_refuses_what_is_wrong(
    baseline, tmp_path
):
    browser = baseline.test_client()
    sent = {
        "name": "Ana",
        "phone": "416 555 0123",
        "news": "y",
        "csrf_token": token_in(browser.get("/").text),
    }

    stored = browser.post("/", data=sent)

    assert stored.status_code == 303
    assert "We call you" in browser.get(stored.location).text
    assert rows(tmp_path) == [1, 4, 1]
    assert browser.post("/", data=sent | {"phone": "12"}).status_code == 422
    assert browser.post("/", data=sent | {"csrf_token": "forged"}).status_code == 400


@pytest.mark.parametrize("sender", ["wrk", "urllib3"])
def test_every_request_is_sent_once_and_its_answer_counted(baseline, tmp_path, monkeypatch, sender):
    monkeypatch.setattr(load, "WRK", shutil.which("wrk") if sender == "wrk" else None)
    server = make_server("127.0.0.1", 0, baseline, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browser = baseline.test_client()
    token, cookie = token_in(browser.get("/").text), browser.get_cookie("session")
    (tmp_path / "lines").write_text(plain(BASELINE.names, token) + opened(BASELINE.names))

    done = load.send(
        server.port,
        tmp_path / "lines",
        cookie=f"session={cookie.value}",
        first=1_000_000,
        connections=2,
        seconds=1,
    )

    server.shutdown()
    assert (done.refused, done.failed) == (0, 0)
    assert min(done.shown, done.stored) > 0
    with create_engine(f"sqlite:///{tmp_path / 'baseline.db'}").connect() as connection:
        stored = connection.execute(text("SELECT name, phone, email FROM lead")).all()
    assert len(stored) == len(set(stored)) >= done.stored


def test_the_mix_is_as_the_report_says():
    sent = [
        line.rstrip("\n").split("\t")
        for line in mixed(PRODUCT.names, lambda path: f"stamp of {path}")
    ]
    forms = [parse_qs(body, keep_blank_values=True) for *_, body in sent]
    paths = Counter(path for _, path, _, _ in sent)

    assert len(sent) == LINES == len({sender for _, _, sender, _ in sent})
    assert paths["/fr/"] / LINES == pytest.approx(1 / 3, abs=0.03)
    assert all(
        form["stamp"] == [f"stamp of {path}"]
        for form, (_, path, _, _) in zip(forms, sent, strict=True)
    )
    shares = {
        "known": sum(form["email"][0].startswith("known") for form in forms),
        "nobody": sum(form["email"] == [""] for form in forms),
        "wrong": sum(form["phone"] == ["12"] for form in forms),
        "news": sum("agree_news" in form for form in forms),
    }
    assert {name: count / LINES for name, count in shares.items()} == pytest.approx(
        {"known": 1 / 3, "nobody": 0.15, "wrong": 0.08, "news": 0.5}, abs=0.03
    )


def test_ratios_are_of_one_round_and_what_was_not_measured_is_left_out():
    rate, start = compared(*ROUNDS)

    assert (rate.measure.key, rate.baseline, rate.product, rate.ratio, rate.spread) == (
        "request rate",
        110,
        320,
        3,
        (2, 4),
    )
    assert (start.ratio, start.spread) == (1.25, (0.5, 2))


def test_the_report_has_a_table_and_a_plot_for_each_engine(tmp_path):
    figures = compared(*ROUNDS)
    report = Report(
        "make bench",
        2,
        1.5,
        "wrk",
        {"sqlite": figures},
        {"sqlite": {"submission": 31}},
        {"disk": 5000.0},
        not_measured=["a slow disk"],
    )

    written = report.write(tmp_path).read_text()

    assert "| requests, plain | 110.00 /s | 320.00 /s | **3.00 ×** (2.00–4.00) |" in written
    assert "| submission | 31 |" in written
    assert "| disk | 5,000 |" in written
    assert "Not measured: a slow disk." in written
    drawn = ElementTree.fromstring((tmp_path / "plots/sqlite.svg").read_text())  # noqa: S314  (our own)
    bars = [
        bar for bar in drawn.iter("{http://www.w3.org/2000/svg}rect") if bar.get("height") == "14"
    ]
    assert [bar.get("fill") for bar in bars] == ["#0b5c56", "#a33b20"], (
        "three times the rate is good, the start is not"
    )


def test_measures_have_names_of_their_own():
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


def test_statements_are_counted_without_what_begins_and_ends_a_transaction(tmp_path):
    found = dict(acts(f"sqlite:///{tmp_path / 'acts.db'}", tmp_path))

    assert list(found) == [
        "GET of the form",
        "submission",
        "one-click withdrawal",
        "an admin’s look at a person",
    ]
    assert found["GET of the form"] == 0
    assert min(count for act, count in found.items() if act != "GET of the form") > 1


def test_the_bare_limits_can_be_measured(tmp_path):
    assert disk(tmp_path, 0.02) > 0
    assert sqlite(tmp_path, 0.02, leads=2) > 0
