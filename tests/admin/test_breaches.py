"""The pages of the breach register and of retention."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.models import AccessLogEntry, Act, Lead, Role, StaffMember
from tests.conftest import NOON
from tests.factories import Factory

FAX = {
    "found_on": "2026-11-11",
    "kind": "disclosed",
    "grounds": ["knowing"],
    "people": "12",
    "information": "names",
    "what_happened": "A list was faxed to a stranger",
    "containment": "asked to shred it",
}


def test_a_breach_is_entered_changed_and_counted(client):
    client.sign_in(Role.ADMIN)
    assert "No breach was entered" in client.get("/admin/breaches").text
    wrong = client.send("/admin/breaches/new", FAX | {"found_on": "2027-01-01", "people": "many"})
    assert wrong.errors() == {"people": "Enter a number from 0"}
    odd = client.send("/admin/breaches/new", FAX | {"found_on": "yesterday"})
    assert odd.errors() == {"found_on": "Enter a day like 2026-11-23"}
    ahead = client.send("/admin/breaches/new", FAX | {"found_on": "2027-01-01"})
    assert ahead.errors() == {"found_on": "Enter days that are not in the future."}

    place = client.send("/admin/breaches/new", FAX).response.location

    assert place == "/admin/breaches/2026-001"
    page = client.get(place)
    assert "The people concerned not told yet: 12 days since it was found" in page.text
    assert (page.value("people"), page.ticked("grounds"), page.ticked("kind")) == (
        "12",
        ["knowing"],
        ["disclosed"],
    )
    client.send(place, FAX | {"people_told_on": "2026-11-12"})
    assert "The people concerned not told" not in client.get("/admin/breaches").text
    counts = client.get("/admin/breaches/statistics/2026.csv").response
    assert "Disclosed without authority,1" in counts.text


def test_an_auditor_reads_the_register_and_changes_nothing(client):
    client.sign_in(Role.ADMIN)
    place = client.send("/admin/breaches/new", FAX).response.location
    client.sign_in(Role.AUDITOR)

    page = client.get(place)

    assert "Disclosed without authority" in page.text
    assert "somebody who knew or ought to have known" in page.text
    assert not page.soup.select("main form")
    assert client.get("/admin/breaches/2020-001").response.location == "/admin/breaches"


def test_retention_is_shown_first_and_run_when_it_is_confirmed(
    client, clock, page_database, clinic
):
    with page_database.writing() as session:
        old = Factory(session, clinic)(now=NOON - timedelta(days=31))
        old.hold_reason = "too fast"
    client.sign_in(Role.ADMIN)
    assert "Take out, erase" not in client.get("/admin/retention").text
    page = client.get("/admin/retention?dry-run=yes")
    assert "held back as a machine’s for 30 days: erased 1 2026-10-23" in page.text
    assert client.send("/admin/retention?dry-run=yes").errors() == {
        "sure": "Read what would go, and tick this if it may"
    }

    client.send("/admin/retention?dry-run=yes", {"sure": "y"})

    after = client.get("/admin/retention")
    assert "Done, see the report below." in after.text
    assert "1 requests held back as a machine’s for 30 days: erased" in after.text
    with page_database.reading() as session:
        assert session.get_one(Lead, old.id).name == ""
        assert session.scalars(select(AccessLogEntry.act)).all() == [Act.ERASED, Act.RETAINED]
        assert {entry.actor for entry in session.scalars(select(AccessLogEntry))} == {
            session.scalars(select(StaffMember.email)).one()
        }


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("/privacy", "en", "until 14 days after your request is closed"),
        ("/fr/privacy", "fr", "jusqu’à 14 jours après la fin de votre demande"),
    ],
)
def test_the_public_page_says_what_the_clinic_file_says(client, clinic, path, language, said):
    page = client.get(path)

    for words in (
        said,
        clinic.privacy.name,
        clinic.privacy.email,
        clinic.privacy.location.said(language),
        "M4W 1A8",
    ):
        assert words in page.text
    assert "Set-Cookie" not in page.response.headers
    assert page.soup.select_one(f"a[href='{path}']") is not None


def test_an_auditor_reads_the_policy_and_what_would_go(client, page_database, clinic):
    with page_database.writing() as session:
        Factory(session, clinic)(now=NOON - timedelta(days=31)).hold_reason = "too fast"
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/retention?dry-run=yes")

    assert "erased 1 2026-10-23" in page.text
    assert "An admin can do it now." in page.text
    assert not page.soup.select("main form")
