"""What comes in as text: read so that both engines can keep it, and a clear answer where it cannot
be read.
"""

import pytest
from flask import request

FULL = {"name": "Ana\x00Đặng", "phone": "416\x00555 0123", "email": "ana\x00@example.com"}


def test_a_character_that_cannot_be_kept_loses_nothing_that_was_typed(client):
    page = client.submit(**FULL)

    assert page.status == 422
    assert page.errors() == {
        "email": "Enter an email address in the correct format, like name@example.com"
    }
    assert (page.value("name"), page.value("phone")) == ("Ana Đặng", "416 555 0123")
    assert client.submit(**FULL | {"email": "ana@example.com"}).status == 200


def test_marks_that_no_language_stacks_are_left_out_before_any_library_sees_them(client):
    sent = {"name": "Ze" + "\u0301\u0323" * 5_000, "phone": "416 555 0123"}

    with client.app.test_request_context("/", method="POST", data=sent, query_string=sent):
        assert [len(values["name"]) for values in (request.form, request.args, request.values)] == [
            32
        ] * 3


@pytest.mark.parametrize(
    "path", ["/requests/a%00b", "/consent/a%00b", "/%00", "/admin/breaches/a%00b"]
)
def test_no_page_has_such_an_address(client, path):
    client.sign_in()

    assert client.get(path).status == 404


@pytest.mark.parametrize("path", ["/", "/admin/sign-in", "/nowhere"])
def test_a_query_that_is_no_text_is_refused(client, path):
    answer = client.http.get(path, environ_overrides={"QUERY_STRING": "said=\xff\xfe"})

    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1", "unheard-of"])
def test_a_form_in_another_alphabet_is_answered_like_any_other(client, charset):
    part = (
        '--b\r\nContent-Disposition: form-data; name="name"\r\nContent-Type: text/plain; '
        f"charset={charset}\r\n\r\n"
    )
    body = part.encode() + b"\xff\x00\xd8\r\n--b--\r\n"

    assert (
        client.http.post("/", data=body, content_type="multipart/form-data; boundary=b").status_code
        == 422
    )


def test_where_somebody_came_from_need_be_no_address(client):
    page = client.post("/admin/queue/x", {}, headers={"Referer": "http://["})

    assert page.response.location == "/admin/sign-in"
