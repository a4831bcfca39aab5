"""The ledger's page, “verify now”, proofs; and the access log's page."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from intake.admin.access import listing
from intake.ledger.note import SignedNote
from intake.ledger.proofs import verify_consistency, verify_inclusion
from intake.ledger.seal import seal
from intake.models import (
    AccessLogEntry,
    Act,
    Anchor,
    ConsentEvent,
    Lead,
    Purpose,
    Role,
    StoredCheckpoint,
)
from intake.staff.access_log import note, note_all
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import Factory, many_leads
from tests.ledger.administrator import as_administrator

WHERE = {"clinic": "riverside", "endpoint": "consents.person"}


@pytest.fixture
def ana(client, page_database, clinic, tmp_path):
    """Ana agreed, somebody looked at her record by the command line, and it was sealed twice and
    kept in a file.
    """
    with page_database.writing() as session:
        lead = Factory(session, clinic)(agreed_to={Purpose.NEWS}, phone="416 555 0123")
        session.flush()
    seal_all(page_database, tmp_path)
    with page_database.writing() as session:
        note(
            session,
            COMMAND_LINE,
            Act.EXPORTED,
            "evidence pack",
            [lead],
            reason="=Audit",
            now=NOON,
            **WHERE,
        )
        session.add(Anchor(checkpoint_id=1, place="file", anchored_at=NOON))
    seal_all(page_database, tmp_path)
    return lead


def seal_all(database, tmp_path):
    with database.writing() as session:
        seal(session, tmp_path / "ledger", "consult-intake/riverside", now=NOON)


def press(client, path, to, **data):
    """Press a button that gives a file."""
    return client.http.post(to, data={"csrf_token": client.get(path).value("csrf_token")} | data)


def test_the_ledger_at_a_glance(client, ana, clock):
    clock.now += timedelta(hours=2)
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/ledger")

    assert "Requests with their answers 1" in page.text
    assert "Accesses of staff 1" in page.text
    assert "1 wait to be sealed" in page.text, "the account that came in"
    assert "(2 hours ago)" in page.text
    assert "consult-intake/riverside+" in page.text


def test_an_empty_ledger_has_its_page_too(client):
    client.sign_in()

    assert "None was signed yet" in client.get("/admin/ledger").text


def test_verify_now_says_what_was_looked_at_and_that_it_is_in_order(
    client, ana, tmp_path, page_database
):
    with page_database.reading() as session:
        (tmp_path / "ledger" / "ledger_anchors.txt").write_text(
            session.scalars(select(StoredCheckpoint.note)).first()
        )
    client.sign_in(Role.AUDITOR)

    page = client.send("/admin/ledger", to="/admin/ledger/verify")

    assert "In order." in page.text
    assert "with 2 checkpoints kept beside the key" in page.text
    assert "Each line of the access log and each account was compared with its record" in page.text


def test_verify_now_names_what_is_wrong(client, ana, page_database):
    with as_administrator(page_database) as connection:
        connection.execute(text("UPDATE consent_event SET decision = 'given'"))
        connection.execute(text("UPDATE access_log SET act = 'listed'"))
        connection.execute(text("UPDATE ledger_entry SET canonical = x'7b7d' WHERE id = 1"))
    client.sign_in()

    page = client.send("/admin/ledger", to="/admin/ledger/verify")

    assert "Not in order." in page.text
    assert "its bytes are not the ones that were hashed" in page.text
    assert "decision was recorded as “refused”" in page.text
    assert "act was recorded as “exported”, the line says “listed”" in page.text


def test_proofs_verify_against_the_signed_root(client, ana, page_database):
    client.sign_in(Role.AUDITOR)
    with page_database.reading() as session:
        leaf = session.scalars(select(ConsentEvent.leaf)).first()

    by_ref = press(client, "/admin/ledger", "/admin/ledger/inclusion", record=ana.ref).json
    by_leaf = press(client, "/admin/ledger", "/admin/ledger/inclusion", record=leaf.hex()).json
    consistent = press(client, "/admin/ledger", "/admin/ledger/consistency", size="8").json

    (entry,) = by_ref["entries"]
    assert by_leaf["entries"] == [entry]
    path, root = (
        [bytes.fromhex(node) for node in entry["inclusion"]],
        bytes.fromhex(by_leaf["root"]),
    )
    assert verify_inclusion(leaf, entry["position"], by_leaf["size"], path, root)
    assert SignedNote.parse(consistent["checkpoint"])
    with page_database.reading() as session:
        roots = {one.size: one.root for one in session.scalars(select(StoredCheckpoint))}
    old, *_, new = sorted(roots)
    told = press(client, "/admin/ledger", "/admin/ledger/consistency", size=str(old)).json
    path = [bytes.fromhex(node) for node in told["consistency"]]
    assert verify_consistency(old, new, path, roots[old], roots[new])
    assert told["older_checkpoint"]


@pytest.mark.parametrize(
    ("to", "data", "said"),
    [
        ("inclusion", {"record": "nothing"}, "Enter a reference like"),
        ("inclusion", {"record": "0" * 64}, "No such record is sealed"),
        ("inclusion", {"record": ""}, "Enter a reference, or the fingerprint"),
        ("consistency", {"size": "999999"}, "does not continue one of"),
        ("consistency", {"size": "0"}, "Enter 1 or more"),
    ],
)
def test_a_proof_that_cannot_be_is_said(client, ana, to, data, said):
    client.sign_in()

    assert said in client.send("/admin/ledger", data, to=f"/admin/ledger/{to}").text


def test_checkpoint_keys_and_verifier_can_be_taken_along(client, ana):
    client.sign_in(Role.AUDITOR)

    assert client.http.get("/admin/ledger/checkpoint.txt").text.startswith(
        "consult-intake/riverside\n"
    )
    assert client.http.get("/admin/ledger/keys.txt").text.startswith("consult-intake/riverside+")
    assert "def main" in client.http.get("/admin/ledger/verify.py").text


def test_the_access_log_says_who_whose_what_when_and_why(client, ana):
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/access")

    assert (
        f"2026-11-23 12:00 command line owner exported evidence pack {ana.ref} =Audit" in page.text
    )
    assert "O’Neil" not in page.text


def test_it_is_looked_through_by_who_what_when_and_whose(client, ana, page_database):
    me = client.sign_in()
    client.send("/admin/consents", {"sought": ana.ref})

    def shown(**asked):
        answer = client.send("/admin/access", asked)
        assert answer.status == 303
        return [
            row.select("td")[2].get_text()
            for row in client.get(answer.response.location).soup.select("tbody tr")
        ]

    assert shown() == ["searched", "exported"]
    assert shown(staff=str(me.id)) == ["searched"]
    assert shown(staff="0") == ["exported"]
    assert shown(act="exported", start="2026-11-23", end="2026-11-23") == ["exported"]
    assert shown(start="2026-11-24") == []
    assert shown(ref=ana.ref.lower()) == ["viewed", "searched", "exported"], (
        "looking one request up is a look, too"
    )
    assert "like K7F-2QGX" in client.send("/admin/access", {"ref": "Ana"}).text
    for odd in ("x", "²", "9" * 30, "9999-12-31", "0001-01-01"):
        asked = f"/admin/access?staff={odd}&act={odd}&start={odd}&end={odd}&ref={odd}&before={odd}"
        assert client.get(asked).status == 200


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24", "2026-11-23", True),
        ("2026-11-23", "2026-11-23", False),
        ("", "2026-11-23", False),
        ("2026-11-23", "9999-12-31", True),
    ],
)
def test_the_last_day_is_not_before_the_first(client, ana, start, end, said):
    client.sign_in(Role.AUDITOR)

    page = client.send("/admin/access", {"start": start, "end": end})

    assert ("Enter a last day that is not before the first one" in page.errors().values()) is said


@pytest.mark.parametrize("field", ["staff", "act"])
def test_an_answer_that_was_not_offered_is_said(client, ana, field):
    client.sign_in(Role.AUDITOR)

    assert field in client.send("/admin/access", {field: "\r\n"}).errors()


def test_a_line_of_very_many_names_the_first_and_the_file_all_of_them(
    client, ana, page_database, clinic, monkeypatch
):
    monkeypatch.setattr(listing, "MANY", 8)
    with page_database.writing() as session:
        refs = many_leads(session, clinic, 9)
        note_all(session, COMMAND_LINE, Act.EXPORTED, "events", select(Lead.id), now=NOON, **WHERE)
    client.sign_in()

    page = client.get("/admin/access")
    rows = press(client, "/admin/access", "/admin/access/export", kind="json").json

    assert "and 3 more at least" in page.text
    assert set(next(row["requests"] for row in rows if row["what"] == "events").split()) == {
        ana.ref,
        *refs,
    }


def test_long_logs_come_a_page_at_a_time(client, ana, page_database):
    with page_database.writing() as session:
        for number in range(60):
            note(session, COMMAND_LINE, Act.VIEWED, f"look {number}", [ana], now=NOON, **WHERE)
    client.sign_in()

    first = client.get("/admin/access?act=viewed")
    second = client.get(str(first.soup.select_one("a:-soup-contains('Older lines')")["href"]))

    assert [len(page.soup.select("tbody tr")) for page in (first, second)] == [50, 10]
    assert "Older lines" not in [a.get_text() for a in second.soup.select("a")]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_it_is_taken_along_and_that_is_logged(client, ana, page_database, kind):
    client.sign_in(Role.AUDITOR)

    answer = press(
        client,
        "/admin/access",
        "/admin/access/export?act=exported",
        kind=kind,
        reason="Yearly audit",
    )

    rows = (
        list(csv.DictReader(io.StringIO(answer.text))) if kind == "csv" else json.loads(answer.text)
    )
    assert [row["requests"] for row in rows if row["what"] == "evidence pack"] == [ana.ref]
    assert [row["reason"] for row in rows][-1] == ("'=Audit" if kind == "csv" else "=Audit")
    with page_database.reading() as session:
        newest = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
        assert (newest.act, newest.reason) == (Act.EXPORTED, "Yearly audit")
