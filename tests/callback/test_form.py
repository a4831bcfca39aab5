"""The form as a patient meets it, one engine, no JavaScript."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.consent.publishing import publish
from intake.models import Lead

LONG_EMAIL = "a" * 250 + "@example.com"


def stored(database):
    with database.reading() as session:
        return session.scalars(select(Lead).order_by(Lead.id)).all()


@pytest.mark.parametrize(
    ("answers", "field", "message"),
    [
        ({"name": ""}, "name", "Enter your full name"),
        ({"name": " \t "}, "name", "Enter your full name"),
        ({"name": "?!"}, "name", "Enter your full name"),
        ({"name": "\u3164"}, "name", "Enter your full name"),
        ({"name": "\u2800\u115f"}, "name", "Enter your full name"),
        ({"name": "\u0301"}, "name", "Enter your full name"),
        ({"name": "x" * 201}, "name", "Shorten your name to 200 characters or fewer"),
        ({"phone": ""}, "phone", "Enter a phone number, like 416 555 0123"),
        ({"phone": "12"}, "phone", "Enter a phone number with its area code, like 416 555 0123"),
        (
            {"phone": "call me"},
            "phone",
            "Enter a phone number with its area code, like 416 555 0123",
        ),
        (
            {"phone": "613 555 0123 p12"},
            "phone",
            "Leave out the pause before the extension, and enter it like 416 555 0123 ext. 45",
        ),
        (
            {"phone": "613-555-O123"},
            "phone",
            "Check the phone number: it has a letter where a digit belongs, like O for 0",
        ),
        ({"phone": "1" * 61}, "phone", "Shorten the phone number to 60 characters or fewer"),
        (
            {"email": "ana@"},
            "email",
            "Enter an email address in the correct format, like name@example.com",
        ),
        ({"email": LONG_EMAIL}, "email", "Shorten the email address to 254 characters or fewer"),
        (
            {"agree_news": "y"},
            "email",
            "Enter your email address, or untick the emails that you agreed to receive",
        ),
        ({"what_hurts": "x" * 501}, "what_hurts", "Shorten this to 500 characters or fewer"),
        ({"consult_with": "surgeon"}, "consult_with", "Select one of the answers listed"),
        ({"consult_by": "fax"}, "consult_by", "Select one of the answers listed"),
        ({"best_time": "night"}, "best_time", "Select one of the answers listed"),
        ({"call_language": "de"}, "call_language", "Select one of the answers listed"),
        ({"services": ["acupuncture", "surgery"]}, "services", "Select from the answers listed"),
        ({"body_areas": "soul"}, "body_areas", "Select from the answers listed"),
        ({"best_time": " "}, "best_time", "Select one of the answers listed"),
        ({"call_language": "\r\n"}, "call_language", "Select one of the answers listed"),
        ({"services": [" ", "surgery"]}, "services", "Select from the answers listed"),
    ],
)
def test_what_must_be_put_right_is_said_beside_the_field_and_above(
    client, page_database, answers, field, message
):
    page = client.submit(**answers)

    assert page.status == 422
    assert page.errors() == {field: message}
    target, words = next(iter(page.summary().items()))
    assert (target.removesuffix("-0"), words) == (field, message)
    assert stored(page_database) == []


def test_nothing_that_was_typed_is_lost(client):
    page = client.submit(
        name="",
        phone="12",
        email="nope",
        what_hurts="since <Monday>\nsecond line",
        consult_with="chiropractor",
        services=["acupuncture", "physiotherapy"],
        voicemail_ok="y",
        agree_care="y",
        call_language="fr",
    )

    assert (page.value("phone"), page.value("email")) == ("12", "nope")
    assert page.value("what_hurts") == "since <Monday>\nsecond line"
    assert page.ticked("services") == ["physiotherapy", "acupuncture"]
    assert page.ticked("consult_with") == ["chiropractor"]
    assert page.ticked("call_language") == ["fr"]
    assert page.ticked("voicemail_ok") == ["y"]
    assert page.ticked("agree_care") == ["y"]
    assert page.ticked("agree_news") == []


@pytest.mark.parametrize(
    "name", ["李", "O'Neil-Đặng", "X Æ", "=1+1 Ana", "  Ana   Maria  ", "مريم"]
)
def test_names_of_any_script_are_accepted(client, page_database, name):
    page = client.submit(name=name)

    assert page.status == 200
    assert stored(page_database)[0].name == " ".join(name.split())


def test_only_name_and_phone_are_needed_and_every_box_may_stay_empty(client, page_database):
    page = client.submit()

    assert page.status == 200
    assert "We have your request" in page.title
    lead = stored(page_database)[0]
    assert (lead.email, lead.consult_with, lead.services, lead.voicemail_ok) == (
        None,
        None,
        [],
        False,
    )


def test_a_fresh_form_has_no_box_ticked(client):
    for path in ("/", "/fr/"):
        page = client.get(path)
        boxes = page.soup.select("input[type=checkbox]")
        assert len(boxes) > 15
        assert not [box for box in boxes if box.has_attr("checked")]


def test_the_confirmation_says_what_a_patient_needs_to_know(client, page_database):
    page = client.submit(agree_reminders="y", email="ana@example.com")
    lead = stored(page_database)[0]

    assert "Monday, November 23 at 1:30 p.m." in page.text
    assert lead.ref in page.text
    assert "613-555-0101" in page.text
    assert [li.get_text() for li in page.soup.select(".agreed li")] == [
        "Email me appointment reminders"
    ]
    assert len(page.soup.select(".refused li")) == 2
    assert "This form is not for emergencies" in page.text
    assert client.get(f"/requests/{lead.token}").text == page.text


def test_french_is_complete_and_its_own(client, page_database):
    page = client.submit("/fr/", agree_care="y", email="ana@example.com")

    assert page.soup.html["lang"] == "fr-CA"
    assert "lundi 23 novembre à 13 h 30" in page.text
    assert "Envoyez-moi par courriel des programmes d’exercices et des plans de soins" in page.text
    assert stored(page_database)[0].form_language == "fr"
    wrong = client.submit("/fr/", name="", phone="12")
    assert wrong.title.startswith("Erreur\N{NO-BREAK SPACE}:")
    assert wrong.errors()["name"] == "Entrez votre nom complet"


def test_sending_again_leads_to_the_first_confirmation(client, page_database):
    stamp = client.get("/").value("stamp")

    first = client.submit(stamp=stamp, follow=False)
    second = client.submit(stamp=stamp, follow=False)

    assert (first.status, second.status) == (303, 303)
    assert first.response.location == second.response.location
    assert len(stored(page_database)) == 1


@pytest.mark.parametrize("stamp", ["", "forged.signature", "x" * 5000, "\x00"])
def test_a_form_that_we_did_not_make_is_asked_for_again_with_everything_kept(
    client, page_database, stamp
):
    page = client.post(
        "/", {"stamp": stamp, "name": "Ana", "phone": "416 555 0123", "agree_news": "y"}
    )

    assert page.status == 422
    assert page.value("name") == "Ana"
    assert page.ticked("agree_news") == []  # those words were not before the person
    assert stored(page_database) == []
    assert client.submit(stamp=page.value("stamp")).status == 200


def test_the_stamp_of_the_other_language_does_not_pass_its_words_off(client):
    french = client.get("/fr/").value("stamp")

    assert client.submit("/", stamp=french).status == 422


def test_changing_the_language_keeps_what_was_typed_but_no_consent(client):
    sent = {
        "switch_language": "1",
        "name": "Ana",
        "phone": "12",
        "services": ["acupuncture"],
        "agree_news": "y",
    }

    page = client.post("/fr/", sent)

    assert page.status == 200
    assert page.soup.html["lang"] == "fr-CA"
    assert (page.value("name"), page.value("phone")) == ("Ana", "12")
    assert page.ticked("services") == ["acupuncture"]
    assert page.ticked("agree_news") == []


def test_a_form_may_stay_open_for_as_long_as_it_takes(client, clock):
    stamp = client.get("/").value("stamp")
    clock.now = clock.now.replace(day=26)

    assert client.submit(stamp=stamp).status == 200


def test_a_form_shown_with_older_words_counts_under_the_words_that_were_shown(
    client, page_database, clinic, clock
):
    stamp = client.get("/").value("stamp")
    with page_database.writing() as session:
        publish(session, clinic.model_copy(update={"email": "new@example.com"}), now=clock())
    client.submit(stamp=stamp)

    with page_database.reading() as session:
        versions = {
            event.statement_version for event in session.scalars(select(Lead)).one().consent_events
        }
    assert versions == {1}


def test_unknown_fields_are_ignored_and_doubled_ones_do_no_harm(client, page_database):
    page = client.submit(is_admin="1", id="7", name=["Ana", "Ben"], ref="AAA-AAAA")

    assert page.status == 200
    assert stored(page_database)[0].name == "Ana"


def test_text_is_tidied_and_what_no_database_can_hold_is_left_out(client, page_database):
    client.submit(
        name="Ana\x00\x1b[31m \u202e Li\u200b\u2028\n", what_hurts="  one\r\ntwo\x00\x07  "
    )

    lead = stored(page_database)[0]
    assert lead.name == "Ana [31m Li"
    assert lead.what_hurts == "one\ntwo"


@pytest.mark.parametrize(
    "unseen", ["\u00ad", "\u200b", "\u200d", "\u061c", "\u2060", "\u3164", "\ufeff", "\U000e0041"]
)
def test_what_cannot_be_seen_is_taken_out_of_every_answer(client, page_database, unseen):
    client.submit(
        name=f"Mc{unseen}Donald",
        phone=f"416{unseen} 555 0123",
        email=f"ana@exa{unseen}mple.com{unseen}",
        what_hurts=f"left{unseen} knee",
    )

    lead = stored(page_database)[0]
    assert (lead.name, lead.email, lead.what_hurts) == ("McDonald", "ana@example.com", "left knee")
    assert (lead.phone, lead.phone_typed) == ("+14165550123", "416 555 0123")


def test_a_joiner_that_a_name_needs_stays(client, page_database):
    client.submit(name="علی\u200cرضا")

    assert stored(page_database)[0].name == "علی\u200cرضا"


@pytest.mark.parametrize(
    ("kwargs", "status"),
    [
        ({"data": {"name": "x" * 1_000_000}}, 413),
        ({"data": b"x" * 1_000_000, "content_type": "text/plain"}, 415),
        ({"data": '{"name": "Ana"}', "content_type": "application/json"}, 415),
        ({"data": b"", "content_type": ""}, 415),
        ({"data": b"%%%&&==\xff\xfe", "content_type": "application/x-www-form-urlencoded"}, 422),
        ({"data": b"no boundary", "content_type": "multipart/form-data"}, 422),
    ],
)
def test_odd_requests_are_answered_cleanly(client, page_database, kwargs, status):
    page = client.post("/", **kwargs)

    assert page.status == status
    assert stored(page_database) == []


@pytest.mark.parametrize("path", ["/nowhere", "/requests/unknown", "/fr/nulle-part"])
def test_an_address_that_leads_nowhere_has_a_page_with_a_way_on(client, path):
    page = client.get(path)

    assert page.status == 404
    assert page.soup.select_one('main a[href="/"], main a[href="/fr/"]')


def test_when_the_database_is_away_the_patient_is_told_that_nothing_is_stored(
    client, page_database, monkeypatch
):
    stamp = client.get("/").value("stamp")
    with page_database.migrating() as connection:
        connection.exec_driver_sql("ALTER TABLE consent_statement RENAME TO elsewhere")

    page = client.submit(stamp=stamp)

    assert page.status == 503
    assert "not stored" in page.text


def test_the_form_without_published_words_asks_for_no_consent(client, page_database):
    with page_database.migrating() as connection:
        for guard in ("no_delete", "no_update"):
            connection.exec_driver_sql(f"DROP TRIGGER consent_statement_{guard}")
        connection.exec_driver_sql("DELETE FROM consent_statement")

    page = client.get("/")

    assert not page.soup.select("[name^=agree_]")
    assert client.submit().status == 200


def test_machines_can_ask_whether_it_is_alive_and_ready(client, page_database, clock):
    assert client.get("/healthz").response.json == {"status": "alive"}
    assert client.get("/readyz").status == 200
    with page_database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    clock.now += timedelta(seconds=1)
    answer = client.get("/readyz")
    assert answer.status == 503
    assert "intake db upgrade" in answer.response.json["database"]


def test_the_clinics_colours_and_nothing_of_others_reach_the_page(client):
    assert "--brand: #0b5c56" in client.get("/clinic.css").response.text
    headers = client.get("/").response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
