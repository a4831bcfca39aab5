"""A mail program's one-click withdrawal (RFC 8058): the token decides, and the body says what is
asked.
"""

import pytest

from intake.consent.one_click import is_one_click
from intake.models import Decision

ALL = {"agree_reminders": "y", "agree_care": "y", "agree_news": "y"}
PAIR = b"List-Unsubscribe=One-Click"
PARTS = (
    b"--b1\r\nContent-Disposition: form-data; "
    b'name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b1--\r\n'
)

ASKS = [
    PAIR,
    PAIR + b"\r\n",
    PAIR + b"\n",
    b"\r\n" + PAIR + b"\r\n\r\n",
    b"\xef\xbb\xbf" + PAIR,
    b"list-unsubscribe=one-click",
    b"LIST-UNSUBSCRIBE=ONE-CLICK\r\n",
    b"List%2DUnsubscribe=One%2DClick",
    b"List-Unsubscribe=One-Click+",
    b"x=y&" + PAIR + b"&z",
    PARTS,
    PARTS + b"\r\n",
    PARTS.replace(b"\r\n", b"\n"),
    PARTS.replace(b"One-Click", b"One-Click\r\n"),
    PARTS.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"),
]
ASKS_NOTHING = [
    b"",
    b"\r\n",
    b"List-Unsubscribe",
    b"List-Unsubscribe=",
    b"List-Unsubscribe=Two-Click",
    b"One-Click",
    b"Unsubscribe=One-Click",
    b"List-Unsubscribe=One-Clicks",
    b"x=List-Unsubscribe=One-Click",
    b'{"List-Unsubscribe": "One-Click"}',
    PARTS.replace(b"One-Click", b"No"),
    PARTS[:70],
    b"--",
    b"--\r\n" + PAIR,
    b"&" * 60_000 + PAIR,
]
TYPES = [
    None,
    "",
    "application/x-www-form-urlencoded",
    "APPLICATION/X-WWW-FORM-URLENCODED; Charset=UTF-8",
    "application/x-www-form-urlencoded; charset=us-ascii; x",
    "multipart/form-data",
    "multipart/form-data; boundary=another",
    "text/plain",
    "application/octet-stream",
    "?",
]


@pytest.mark.parametrize("body", ASKS)
def test_the_field_counts_whatever_stands_around_it(body):
    assert is_one_click(body)


@pytest.mark.parametrize("body", ASKS_NOTHING)
def test_another_body_asks_for_nothing(body):
    assert not is_one_click(body)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, PAIR + b"\r\n"),
        (TYPES[3], PAIR),
        ("text/plain", PAIR),
        (None, PARTS),
        (TYPES[6], PARTS),
    ],
)
def test_a_mail_programs_one_click_ends_everything_whatever_it_calls_the_body(
    client, ask, events, content_type, body
):
    path = ask(**ALL)
    program = client.app.test_client(use_cookies=False)

    answers = [program.post(path, data=body, content_type=content_type) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [(answer.location, "Set-Cookie" in answer.headers) for answer in answers] == [
        (None, False)
    ] * 2
    assert {(method, source) for _, method, source, *_ in events(Decision.WITHDRAWN)} == {
        ("one-click", "mail")
    }
    assert len(events(Decision.WITHDRAWN)) == 3


def test_any_other_post_stops_nothing(client, ask, events):
    path = ask(**ALL)

    for content_type in TYPES:
        for body in (b"", b"List-Unsubscribe=Two-Click", b"stop=all"):
            assert client.post(path, body, content_type=content_type).status == 400
            assert (
                client.post(f"{path}?{PAIR.decode()}", body, content_type=content_type).status
                == 400
            )
    assert events(Decision.WITHDRAWN) == []


def test_the_pages_own_buttons_take_nothing_but_what_they_offer(client, ask, events):
    path = ask(**ALL)

    assert client.post(f"{path}/choices", {"stop": "everybody"}).status == 400
    assert client.post(f"{path}/choices", {}).status == 400
    assert events(Decision.WITHDRAWN) == []


def test_no_other_method_withdraws_even_with_the_right_body(client, ask, events):
    path = ask(**ALL)

    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        answer = client.http.open(f"{path}?{PAIR.decode()}", method=method, data=PAIR)
        assert answer.status_code in {200, 405}
    assert events(Decision.WITHDRAWN) == []


def test_a_right_body_does_nothing_without_the_token(client, ask, events):
    ask(**ALL)

    assert client.post(f"/consent/{'0' * 64}", PAIR).status == 404
    assert events(Decision.WITHDRAWN) == []
