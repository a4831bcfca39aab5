"""The form that is prepared once: the same for everybody, but for its stamp and its nonce."""

import gzip

import brotli
import pytest
from sqlalchemy import event

from intake.consent.publishing import publish
from intake.db import Database
from tests.conftest import NOON


@pytest.fixture
def asked_by(client):
    """Every statement that the application asks its database from here on."""
    statements = []
    engine = client.house.database.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    return statements


@pytest.mark.parametrize("path", ["/", "/fr/"])
def test_a_prepared_form_costs_no_question_to_the_database(client, asked_by, path):
    client.get(path)
    assert asked_by
    asked_by.clear()

    page = client.get(path)

    assert page.status == 200
    assert page.value("stamp")
    assert asked_by == []


def test_another_commit_costs_one_look_and_changes_nothing(client, page_database, asked_by):
    before = client.get("/").text
    with page_database.migrating() as connection:
        connection.exec_driver_sql("UPDATE installation_fact SET value = value")
    asked_by.clear()

    assert client.get("/").text == before
    assert len(asked_by) <= 2  # BEGIN, and what is published


def test_words_that_another_process_publishes_are_on_the_next_form(client, page_database, clinic):
    client.get("/")
    client.get("/fr/")
    other = Database(page_database.url.render_as_string(hide_password=False))
    with other.writing() as session:
        publish(session, clinic.model_copy(update={"email": "new@example.com"}), now=NOON)
    other.dispose()

    for path in ("/", "/fr/"):
        assert "new@example.com" in client.get(path).soup.select_one(".consent").get_text()


def test_each_answer_has_a_stamp_and_a_nonce_of_its_own(client):
    pages = [client.get("/") for _ in range(4)]

    assert len({page.value("stamp") for page in pages}) == 4
    assert len({page.soup.select_one("script")["nonce"] for page in pages}) == 4


@pytest.mark.parametrize(
    ("encoding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_a_compressed_form_is_the_form(client, encoding, decode):
    plain = client.get("/").response.get_data()

    answer = client.http.get("/", headers={"Accept-Encoding": encoding})

    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    page = decode(answer.get_data())
    stamp = page.index(b'name="stamp"')
    assert page[:stamp] == plain[:stamp]
    assert page.endswith(b"</html>")
    assert len(answer.get_data()) < len(plain) / 3


def test_a_prepared_form_is_for_our_own_names_only(client):
    client.get("/")

    assert client.http.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_a_prepared_form_is_logged_like_every_answer(client, caplog):
    client.get("/")
    caplog.clear()

    client.get("/")

    (line,) = [record for record in caplog.records if record.message == "answered"]
    assert (line.page, line.method, line.status) == ("callback.form", "GET", 200)


def test_only_asking_for_the_headers_works_as_well(client):
    client.get("/")

    answer = client.http.head("/")

    assert (answer.status_code, answer.get_data()) == (200, b"")
