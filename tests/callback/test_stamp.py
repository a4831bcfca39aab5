"""The stamp of a form, which also says when it was shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from intake.callback.stamp import Stamp, new_stamp, read_stamp
from intake.consent.publishing import publish
from intake.models import ConsentEvent, ConsentStatement, Decision
from tests.conftest import NOON, SECRET


def shown_and_answered(database):
    with database.reading() as session:
        events = session.scalars(select(ConsentEvent)).all()
    return (
        {e.occurred_at for e in events if e.decision is Decision.SHOWN},
        {e.occurred_at for e in events if e.decision is not Decision.SHOWN},
    )


def former_stamp(statement_ids, language="en"):
    """As releases signed it that did not note the time."""
    return URLSafeSerializer(SECRET, "callback-form.1").dumps(["a nonce", statement_ids, language])


@pytest.mark.parametrize("statement_ids", [(3, 5, 7), ()])
@pytest.mark.parametrize("shown_at", [NOON, None])
@pytest.mark.parametrize("rendering", ["0" * 64, None])
def test_a_stamp_comes_back_as_it_was_signed(statement_ids, shown_at, rendering):
    stamp = Stamp("a nonce", statement_ids, "fr", shown_at, rendering)

    assert read_stamp(stamp.sign(SECRET), SECRET) == stamp


@pytest.mark.parametrize(
    ("salt", "added", "expected"),
    [
        ("callback-form.1", [], (None, None)),
        ("callback-form.1", [int(NOON.timestamp())], (NOON, None)),
        ("callback-form.2", [int(NOON.timestamp()), "0" * 64], (NOON, "0" * 64)),
    ],
)
def test_a_stamp_of_a_former_release_is_read_with_what_it_says(salt, added, expected):
    text = URLSafeSerializer(SECRET, salt).dumps(["a nonce", [3, 5], "fr", *added])

    assert read_stamp(text, SECRET) == Stamp("a nonce", (3, 5), "fr", *expected)


def test_a_renewed_stamp_differs_in_what_is_counted_only():
    stamp = Stamp("a nonce", (3, 5, 7), "fr", NOON, "0" * 64)

    renewed = stamp.renewed()

    assert renewed.nonce not in {stamp.nonce, stamp.renewed().nonce, ""}
    assert replace(renewed, nonce=stamp.nonce) == stamp


def test_stamps_are_of_whoever_signed_them_and_no_two_are_the_same():
    stamp = Stamp("a nonce", (3, 5, 7), "fr", NOON, "0" * 64)

    assert read_stamp(stamp.sign(SECRET), SECRET[::-1]) is None
    assert new_stamp([3], "en", now=NOON).nonce != new_stamp([3], "en", now=NOON).nonce


def test_a_stamp_of_one_form_passes_for_no_other(client):
    text = Stamp("a nonce", (1,), "en", NOON).sign(SECRET)

    assert all(
        read_stamp(text[:at] + other + text[at + 1 :], SECRET) is None
        for at in range(0, len(text), 7)
        for other in ("A", "-")
        if text[at] not in "A-"
    )


def test_when_it_was_shown_and_when_it_was_answered_are_told_apart(client, page_database, clock):
    stamp = client.get("/").value("stamp")
    clock.now = NOON + timedelta(minutes=7)
    again = client.submit(stamp=stamp, name="")
    clock.now = NOON + timedelta(minutes=9)

    client.submit(stamp=again.value("stamp"))

    assert shown_and_answered(page_database) == ({NOON}, {NOON + timedelta(minutes=9)})


def test_nothing_was_shown_in_the_future(client, page_database, clock):
    clock.now = NOON + timedelta(minutes=5)  # of another machine, whose clock is ahead
    stamp = client.get("/").value("stamp")
    clock.now = NOON

    client.submit(stamp=stamp)

    assert shown_and_answered(page_database) == ({NOON}, {NOON})


def test_a_form_that_was_open_during_an_upgrade_still_counts(client, page_database):
    with page_database.reading() as session:
        ids = session.scalars(
            select(ConsentStatement.id).where(ConsentStatement.language == "en")
        ).all()

    page = client.submit(stamp=former_stamp(list(ids)), agree_news="y", email="ana@example.com")

    assert page.status == 200
    assert shown_and_answered(page_database) == ({NOON}, {NOON})
    with page_database.reading() as session:
        assert {event.rendering_sha256 for event in session.scalars(select(ConsentEvent))} == {None}


@pytest.mark.parametrize(
    "stamp",
    [
        former_stamp([9999]),
        Stamp("a nonce", (9999,), "en", NOON).sign(SECRET),
        Stamp("a nonce", (1, 9999), "en", NOON).sign(SECRET),
        Stamp("a nonce", (1, 1), "en", NOON).sign(SECRET),
    ],
    ids=["former", "unknown", "partly unknown", "doubled"],
)
def test_words_that_were_never_published_are_refused_with_the_form_kept(
    client, page_database, stamp
):
    page = client.submit(stamp=stamp, name="Ana Đặng", agree_news="y", email="ana@example.com")

    assert page.status == 422
    assert (page.value("name"), page.value("email")) == ("Ana Đặng", "ana@example.com")
    assert page.ticked("agree_news") == []
    assert shown_and_answered(page_database) == (set(), set())
    assert client.submit(stamp=page.value("stamp")).status == 200


def test_the_words_of_another_clinic_or_language_are_refused(client, page_database, clinic):
    with page_database.writing() as session:
        theirs = publish(session, clinic.model_copy(update={"key": "elsewhere"}), now=NOON)
        english = {one.clinic: one.id for one in theirs if one.language == "en"}
    with page_database.reading() as session:
        french = session.scalars(
            select(ConsentStatement.id).where(
                ConsentStatement.language == "fr", ConsentStatement.clinic == clinic.key
            )
        ).first()

    for ids in ((english["elsewhere"],), (french,)):
        page = client.submit(stamp=Stamp("a nonce", ids, "en", NOON).sign(SECRET), agree_news="y")
        assert page.status == 422
    assert shown_and_answered(page_database) == (set(), set())
