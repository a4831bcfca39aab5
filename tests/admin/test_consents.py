"""The consent audit: find a person, see what happened in which words, reveal with a reason, take it
along.
"""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import func, select, text

from intake.admin.consents.search import search
from intake.consent.withdraw import withdraw
from intake.contacts import parse_email
from intake.ledger.seal import seal
from intake.models import (
    AccessLogEntry,
    Act,
    ConsentEvent,
    ConsentRendering,
    Decision,
    Lead,
    Purpose,
    Role,
)
from intake.reference import new_reference
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, Factory
from tests.ledger.administrator import as_administrator

PERSONAL = ("O’Neil", "ana@example.com", "555-0123", "5550123")


@pytest.fixture
def ana(client, page_database, clinic, tmp_path):
    """Ana agreed to news, asked again later, and everything was sealed."""
    with page_database.writing() as session:
        add = Factory(session, clinic)
        lead = add(agreed_to={Purpose.NEWS}, phone="416 555 0123")
        add(agreed_to={Purpose.CARE}, phone="416 555 0123")
        add(name="Ben Roy", phone="416 555 0199")
        session.flush()
        lead.ref  # noqa: B018  (loaded for good)
    seal_all(page_database, tmp_path)
    return lead


def seal_all(database, tmp_path):
    with database.writing() as session:
        seal(session, tmp_path / "ledger", "consult-intake/riverside", now=NOON)


def logged(database):
    """The newest line of the access log: act, what, whose, why."""
    with database.reading() as session:
        entry = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
        return entry and (
            entry.act,
            entry.what,
            sorted(one.lead.ref for one in entry.subjects),
            entry.reason,
        )


@pytest.fixture
def file_of(client):
    """Press a button that gives a file; the form's errors if it does not."""

    def press(path, to, **data):
        token = client.get(path).value("csrf_token")
        return client.http.post(to, data={"csrf_token": token} | data)

    return press


def test_the_front_desk_has_no_business_here(client, ana):
    client.sign_in(Role.FRONT_DESK)

    for path in (
        "/admin/consents",
        "/admin/consents/everybody",
        f"/admin/consents/{ana.ref}",
        "/admin/ledger",
        "/admin/access",
    ):
        assert client.get(path).status == 403


@pytest.mark.parametrize(
    ("typed", "by", "count"),
    [
        ("{ref}", "reference", 1),
        ("ANA@example.com", "email address", 2),
        ("(416) 555-0123", "phone number", 2),
        ("neil-đẶ", "name", 2),
        ("o'neil-dang", "name", 2),
        ("ben r", "name", 1),
        ("Zoë", "name", 0),
        ("100%", "name", 0),
        ("oneil", "name", 2),
        ("O‘NEIL Dang", "name", 2),
        ("o neil\u00addang", "name", 2),
        ("李", "name", 0),
        ("\u200b{ref} ", "reference", 1),
        ("ana@\u2060Example.com", "email address", 2),
        ("+1.416.555.0123 x4", "phone number", 2),
    ],
)
def test_a_person_is_found_by_whatever_is_known(
    client, ana, page_database, monkeypatch, typed, by, count
):
    client.sign_in(Role.ADMIN)
    with page_database.writing() as session:  # the factory's key is not the application's
        hashed = client.app.extensions["intake"].settings.address_key()
        session.execute(
            text("UPDATE lead SET email_hash = :hash WHERE email IS NOT NULL"),
            {"hash": hash_of(hashed)},
        )

    page = client.send(
        "/admin/consents", {"sought": typed.format(ref=ana.ref.lower().replace("-", " "))}
    )

    assert len(page.soup.select("tbody tr")) == count
    act, what, whose, _ = logged(page_database)
    assert (act, what, len(whose)) == (Act.SEARCHED, f"requests by {by}", count)


def hash_of(key):
    from intake.contacts import address_hash  # noqa: PLC0415

    return address_hash(key, "ana@example.com")


@pytest.mark.parametrize("typed", ["A", "\u0301\u0301", "'-", "O'", "م"])
def test_what_is_typed_is_said_to_be_too_short(client, ana, typed):
    client.sign_in()

    assert client.send("/admin/consents", {"sought": typed}).errors() == {
        "sought": "Enter at least 2 letters of the name"
    }


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("李 小龍", "李"),
        ("김 민수", "김"),
        ("Mc\u00adDonald", "mcdonald"),
        ("Jean-Pierre", "jean pierre"),
        ("D’Arcy", "darcy"),
    ],
)
def test_a_name_is_found_by_its_letters(session, clinic, lead, name, sought):
    one = lead(name=name)
    lead(name="Zoë Other")
    session.flush()

    assert search(session, clinic.key, sought, address_key=ADDRESS_KEY).leads == [one]


@pytest.mark.parametrize("email", ["jane@bücher.example", "Jane@xn--bcher-kva.example"])
@pytest.mark.parametrize(
    "sought", ["JANE@BÜCHER.example", "jane@XN--BCHER-KVA.example", " jane@bücher\u200b.example"]
)
def test_an_address_is_found_in_either_form_of_its_domain(session, clinic, lead, email, sought):
    jane = lead(email=parse_email(email))
    lead(email="jane@bucher.example")
    session.flush()

    assert search(session, clinic.key, sought, address_key=ADDRESS_KEY).leads == [jane]


def test_an_auditor_sees_pseudonyms_until_a_reason_is_given(client, ana, page_database):
    client.sign_in(Role.AUDITOR)
    path = f"/admin/consents/{ana.ref}"

    asked = client.send("/admin/consents", {"sought": "Ana"})
    assert asked.errors() == {"reason": "Enter why you need this"}
    assert ana.ref not in asked.text
    listed = client.send("/admin/consents", {"sought": "Ana", "reason": "Complaint 12"})
    assert logged(page_database)[3] == "Complaint 12"
    by_reference = client.send("/admin/consents", {"sought": ana.ref})
    assert [row.th.text for row in by_reference.soup.select("tbody tr")] == [ana.ref]
    page = client.get(path)
    assert ana.ref in listed.text
    assert not [word for word in PERSONAL if word in listed.text + page.text]
    assert "a•••@e•••.com" in page.text
    assert client.send(path, {"reason": " "}).errors() == {"reason": "Enter why you need this"}

    revealed = client.send(path, {"reason": "Complaint 12"})

    assert "Ana O’Neil-Đặng" in revealed.text
    assert "ana@example.com" in revealed.text
    assert logged(page_database)[0] is Act.REVEALED
    assert logged(page_database)[3] == "Complaint 12"
    assert "O’Neil" not in client.get(path).text, "a reveal lasts for one page"


def test_the_timeline_tells_words_state_grounds_and_that_the_record_is_in_order(
    client, ana, page_database
):
    client.sign_in()

    page = client.get(f"/admin/consents/{ana.ref}")

    assert logged(page_database)[:2] == (Act.VIEWED, "consent timeline, contact details")
    assert len(logged(page_database)[2]) == 2, (
        "the other request of the same person stands on the page, too"
    )
    steps = [h.get_text(" ", strip=True) for h in page.soup.select(".steps h3")]
    assert steps.count("Shown: news") == 1
    assert "Agreed: news" in steps
    with page_database.reading() as session:
        event = session.scalars(
            select(ConsentEvent).where(
                ConsentEvent.decision == Decision.GIVEN, ConsentEvent.lead_id == ana.id
            )
        ).first()
        assert event.statement.box in page.text
        assert event.leaf.hex() in page.text
    assert "differs" not in page.text
    assert "checked just now" in page.text


def test_a_withdrawal_stands_with_its_time_to_effect(client, ana, page_database, clinic):
    with page_database.writing() as session:
        withdraw(
            session,
            session.merge(ana),
            {Purpose.NEWS},
            BUTTON,
            clinic=clinic,
            address_key=b"k" * 32,
            now=NOON,
        )
    client.sign_in()

    page = client.get(f"/admin/consents/{ana.ref}")

    assert "took effect at once" in page.text
    assert "On it" in page.text
    assert "waits to be sealed" in page.text


def test_what_was_altered_is_said_where_it_was(client, ana, page_database):
    with as_administrator(page_database) as connection:
        connection.execute(
            text("UPDATE consent_event SET decision = 'given' WHERE decision = 'refused'")
        )
    client.sign_in()

    assert (
        "decision was recorded as “refused”, the row says “given”"
        in client.get(f"/admin/consents/{ana.ref}").text
    )


def test_the_block_is_shown_as_it_was_and_not_if_it_was_altered(client, ana, page_database):
    client.sign_in()
    with page_database.reading() as session:
        link = (
            f"/admin/consents/look/{session.scalars(select(ConsentRendering.sha256)).first()[:32]}"
        )

    page = client.get(link)
    assert page.soup.select("input[type=checkbox]")
    assert page.response.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'self'; form-"
    )

    with as_administrator(page_database) as connection:
        connection.execute(text("UPDATE consent_rendering SET html = '<script>alert(1)</script>'"))
    assert client.get(link).status == 409
    assert client.get(f"/admin/consents/look/{'0' * 32}").status == 404


def test_a_locked_record_opens_with_a_reason_for_everybody(client, ana, page_database, file_of):
    with page_database.writing() as session:
        session.get(Lead, ana.id).restricted_at = NOON
    client.sign_in(Role.OWNER)
    path = f"/admin/consents/{ana.ref}"

    locked = client.get(path)
    assert "Locked" in locked.text
    assert not [word for word in (*PERSONAL, "Agreed") if word in locked.text]
    found = client.send("/admin/consents", {"sought": ana.ref})
    assert not [word for word in PERSONAL if word in found.text]

    opened = client.send(path, {"reason": "The person asked for a copy"})

    assert "Ana O’Neil-Đặng" in opened.text
    assert logged(page_database)[0] is Act.OPENED
    refused = file_of(path, f"{path}/export", kind="timeline")
    assert "Enter why you need this" in refused.text
    named = file_of(
        "/admin/consents",
        "/admin/consents/export",
        start="2026-11-01",
        end="2026-11-30",
        kind="csv",
    )
    assert f"{ana.ref},given,news" in named.text
    assert "Ben Roy" in named.text
    assert named.text.count("O’Neil") == named.text.count("ana@example.com") == 6, (
        "only of the other request"
    )


def test_an_erased_person_leaves_what_happened_and_nobody(client, ana, page_database):
    with page_database.writing() as session:
        lead = session.get(Lead, ana.id)
        lead.erased_at, lead.salt, lead.name, lead.phone, lead.email = NOON, None, "", "", None
        session.execute(text("DELETE FROM consent_opening"))
    client.sign_in()

    page = client.get(f"/admin/consents/{ana.ref}")

    assert "Erased" in page.text
    assert "Agreed: news" in page.text
    gone = client.send(
        f"/admin/consents/{ana.ref}", {"kind": "receipt"}, to=f"/admin/consents/{ana.ref}/export"
    )
    assert "no receipt can be made any more" in gone.text


def test_a_form_that_has_to_be_corrected_is_a_look_too(client, ana, page_database):
    client.sign_in(Role.ADMIN)
    path = f"/admin/consents/{ana.ref}"
    before = accesses(page_database)

    page = client.send(path, {}, to=f"{path}/export")  # of no kind

    assert "Ana O’Neil-Đặng" in page.text
    assert accesses(page_database) == before + 2  # opened to send the form, and shown again


def accesses(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AccessLogEntry))


def test_a_pack_leaves_out_another_request_of_the_person_that_is_locked(
    client, ana, page_database, file_of
):
    with page_database.writing() as session:
        other = session.scalars(
            select(Lead).where(Lead.phone == ana.phone, Lead.id != ana.id)
        ).one()
        other.restricted_at = NOON
    client.sign_in(Role.ADMIN)

    answer = file_of(
        f"/admin/consents/{ana.ref}", f"/admin/consents/{ana.ref}/export", kind="evidence"
    )

    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        told = "".join(
            pack.read(name).decode() for name in pack.namelist() if name.endswith(".json")
        )
    assert ana.ref in told
    assert other.ref not in told
    assert logged(page_database)[2] == [ana.ref]
    answer.close()


def test_what_reads_like_a_reference_is_no_way_around_the_reason(client, page_database, clinic):
    with page_database.writing() as session:
        odd = Factory(session, clinic)(name=new_reference())
    client.sign_in(Role.AUDITOR)

    def found(**given):
        return len(
            client.send("/admin/consents", {"sought": odd.name, **given}).soup.select("tbody tr")
        )

    assert found() == 0
    assert found(reason="Complaint 12") == 1


def test_a_reference_that_nobody_has_is_not_there(client, ana):
    client.sign_in()

    assert client.get("/admin/consents/ZZZ-ZZZZ").status == 404
    assert client.get(f"/admin/consents/{ana.ref}/proof/{'0' * 32}").status == 404


@pytest.mark.parametrize(
    ("kind", "holds"),
    [("timeline", "stands"), ("receipt", "dct:conformsTo"), ("kantara", "consentReceiptID")],
)
def test_a_file_about_one_request_is_logged_and_opens_no_door(
    client, ana, page_database, file_of, kind, holds
):
    client.sign_in()
    path = f"/admin/consents/{ana.ref}"

    told = json.loads(file_of(path, f"{path}/export", kind=kind).text)

    assert holds in json.dumps(told)
    assert logged(page_database)[0] is Act.EXPORTED
    with page_database.reading() as session:
        tokens = session.scalars(text("SELECT token FROM lead")).all()
    assert not [token for token in tokens if token in json.dumps(told)]
    assert "/consent/" in json.dumps(told) or kind == "timeline"


@pytest.mark.parametrize(("role", "names"), [(Role.ADMIN, True), (Role.AUDITOR, False)])
def test_a_pack_is_recorded_and_names_the_person_to_admins_only(
    client, ana, page_database, file_of, role, names
):
    client.sign_in(role)
    path = f"/admin/consents/{ana.ref}"

    with file_of(path, f"{path}/export", kind="evidence", reason="Yearly audit") as answer:
        whole = answer.data

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        packed = archive.read("pack.json").decode()
        assert archive.testzip() is None
    assert ("ana@example.com" in packed) is names
    assert logged(page_database)[:2] == (Act.EXPORTED, "evidence pack")
    with page_database.reading() as session:
        assert session.scalars(
            select(ConsentEvent).where(ConsentEvent.decision == Decision.EXPORTED)
        ).all()


def test_a_proof_leads_from_the_record_to_the_signed_root(client, ana, page_database):
    client.sign_in(Role.AUDITOR)
    link = str(
        client.get(f"/admin/consents/{ana.ref}").soup.select_one("a[href*='/proof/']")["href"]
    )

    told = json.loads(client.http.get(link).text)

    assert told["entries"][0]["inclusion"]
    assert told["checkpoint"].startswith("consult-intake/riverside\n")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_events_of_some_days_are_a_file_and_an_auditors_names_nobody(
    client, ana, page_database, file_of, kind
):
    client.sign_in(Role.AUDITOR)
    ask = {"start": "2026-11-23", "end": "2026-11-23", "kind": kind}
    assert (
        "Enter why you need this"
        in file_of("/admin/consents", "/admin/consents/export", **ask).text
    )

    answer = file_of("/admin/consents", "/admin/consents/export", reason="Yearly audit", **ask)

    rows = (
        list(csv.DictReader(io.StringIO(answer.text))) if kind == "csv" else json.loads(answer.text)
    )
    assert len(rows) == 18
    assert {row["request"] for row in rows} >= {ana.ref}
    assert not [word for word in PERSONAL if word in answer.text]
    act, what, whose, why = logged(page_database)
    assert (act, len(whose), why) == (Act.EXPORTED, 3, "Yearly audit")
    assert "2026-11-23 to 2026-11-23" in what


def test_no_cell_of_a_file_is_a_formula(client, page_database, clinic, file_of):
    with page_database.writing() as session:
        Factory(session, clinic)(name='=HYPERLINK("http://x")')
    client.sign_in()

    answer = file_of(
        "/admin/consents",
        "/admin/consents/export",
        start="2026-11-23",
        end="2026-11-23",
        kind="csv",
    )

    assert {row["name"] for row in csv.DictReader(io.StringIO(answer.text))} == {
        '\'=HYPERLINK("http://x")'
    }
    assert {row["phone"][:2] for row in csv.DictReader(io.StringIO(answer.text))} == {"'+"}


def test_a_file_needs_a_fresh_sign_in(client, ana, clock, file_of):
    from intake.staff.sessions import FRESH  # noqa: PLC0415

    client.sign_in()
    clock.now += FRESH

    assert file_of("/admin/consents", "/admin/consents/export", kind="csv").status_code == 302


def test_nobodys_days_and_backward_days_are_said(client, ana, file_of):
    client.sign_in()

    page = client.send(
        "/admin/consents", {"start": "2026-11-24", "end": "2026-11-23"}, to="/admin/consents/export"
    )

    assert page.errors() == {
        "end": "Enter a last day that is not before the first one",
        "kind": "Select a kind of file",
    }


def test_a_mail_without_a_ground_is_counted(client, ana, page_database):
    with as_administrator(page_database) as connection:
        connection.execute(
            text(
                "INSERT INTO outbox_entry (topic, lead_id, due_at) VALUES ('link', 1, '2026-11-23')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO mail_sent (entry_id, lead_id, message, message_class, ground, "
                "template_sha256, message_id, sent_at) VALUES (1, 1, 'link', 'link', ' ', '', '', "
                "'2026-11-23')"
            )
        )
    client.sign_in()

    assert "1 mail went out without a ground" in client.get("/admin/consents/everybody").text


def test_everybodys_consent_in_figures(client, ana, page_database):
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/consents/everybody?months=3")

    assert "2 requests agreed without a verified address" in page.text
    assert "0 mails went out without a ground" in page.text
    assert not [word for word in PERSONAL if word in page.text]
    assert page.soup.select_one("svg[role=img] title")
    assert logged(page_database)[0] is Act.LISTED
    assert len(logged(page_database)[2]) == 2
