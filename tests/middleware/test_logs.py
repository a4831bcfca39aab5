"""What is written into the log: one line for each thing, and nothing that a person typed."""

import logging
import sys

import pytest

from intake.logs import LineFormatter, request_id


def line(message="done", exc_info=None, **extra):
    record = logging.makeLogRecord(
        {"msg": message, "levelname": "INFO", "exc_info": exc_info, **extra}
    )
    return LineFormatter().format(record).partition("Z ")[2]


def test_a_line_says_what_happened_then_ids_and_counts():
    assert line(batch=7, rows=12) == "INFO done batch=7 rows=12"


def test_what_is_said_while_a_request_is_answered_names_it():
    token = request_id.set("abc123")
    try:
        assert line() == "INFO done request=abc123"
    finally:
        request_id.reset(token)


@pytest.mark.parametrize("text", ["two words", "a\nb", "x=y", 'say "no"', "", "\u2028", "\x1b[2J"])
def test_nobody_writes_lines_of_their_own(text):
    written = line(text, given=text)

    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


def test_an_error_is_told_by_its_kind_and_its_place_never_by_its_words():
    try:
        int("Zuzanna Secret")
    except ValueError:
        written = line("step failed", sys.exc_info())

    assert "kind=ValueError" in written
    assert "test_an_error_is_told" in written
    assert "Zuzanna" not in written


def test_an_unexpected_error_is_logged_without_the_address_and_its_words(client, caplog):
    def fail():
        raise RuntimeError("Zuzanna Secret")

    client.app.add_url_rule("/secret-token", "broken", fail)
    page = client.get("/secret-token")

    said = [LineFormatter().format(record) for record in caplog.records]
    assert page.status == 500
    assert "Something went wrong on our side" in page.text
    assert "Zuzanna" not in page.response.text
    assert any(
        "unexpected error page=broken" in text and "kind=RuntimeError" in text for text in said
    )
    assert not any("Zuzanna" in text or "secret-token" in text for text in said)


def test_each_request_is_one_line_by_the_name_of_its_page(client, caplog):
    caplog.set_level(logging.INFO, "intake")

    client.get("/requests/some-token")

    (said,) = [LineFormatter().format(record) for record in caplog.records]
    assert "answered page=callback.confirmation method=GET status=404" in said
    assert "some-token" not in said
