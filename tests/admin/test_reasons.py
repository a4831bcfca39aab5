"""A reason that says nothing is none: wherever one is asked for, spaces and dots are refused."""

import pytest
from sqlalchemy import select

from intake.models import AccessLogEntry, Lead, QueueRow, Role, Status
from tests.conftest import NOON

ASKED = {
    "/admin/queue/{ref}": ("/admin/queue/{ref}", "reason"),
    "/admin/privacy/{ref}/correct": ("/admin/privacy/{ref}", "correct-reason"),
    "/admin/privacy/{ref}/export": ("/admin/privacy/{ref}", "export-reason"),
    "/admin/privacy/{ref}/restrict": ("/admin/privacy/{ref}", "lock-reason"),
    "/admin/privacy/{ref}/open": ("/admin/privacy/{ref}", "open-reason"),
    "/admin/privacy/{ref}/release": ("/admin/privacy/{ref}", "lock-reason"),
}
"""Where each is sent: the page it stands on, and what the field is called there."""
OF_AUDITOR = {
    "/admin/consents/{ref}": ("/admin/consents/{ref}", "reason"),
    "/admin/consents/{ref}/export": ("/admin/consents/{ref}", "reason"),
    "/admin/consents/export": ("/admin/consents", "reason"),
    "/admin/access/export": ("/admin/access", "reason"),
}
NOTHING = (" \t ", "\u200b", "\u2060 \x00", "…", "- -")
VALUE = {"correct-field": "name", "correct-value": "Ana", "kind": "timeline"}


@pytest.fixture
def closed(client, page_database):
    client.submit(email="ana@example.com", agree_news="y")
    with page_database.writing() as session:
        lead = session.scalars(select(Lead)).one()
        session.add(
            QueueRow(lead_id=lead.id, status=Status.BOOKED, sheet_status="Booked", status_at=NOON)
        )
    return lead


@pytest.mark.parametrize(("role", "asked"), [(Role.ADMIN, ASKED), (Role.AUDITOR, OF_AUDITOR)])
def test_a_reason_that_says_nothing_is_refused(client, page_database, closed, role, asked):
    client.sign_in(role)

    for to, (path, name) in asked.items():
        page, place = path.format(ref=closed.ref), to.format(ref=closed.ref)
        for nothing in NOTHING:
            answer = client.send(page, VALUE | {name: nothing}, to=place)
            assert any(field.endswith("reason") for field in answer.errors()), (place, nothing)
        assert not any(
            "reason" in field
            for field in client.send(page, VALUE | {name: "Asked"}, to=place).errors()
        )

    with page_database.reading() as session:
        reasons = set(session.scalars(select(AccessLogEntry.reason)))
    assert reasons <= {None, "Asked"}
