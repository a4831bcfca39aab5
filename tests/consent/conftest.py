"""A person who agreed, with the address of their consent page, and what is recorded of them."""

import pytest
from sqlalchemy import select

from intake.models import ConsentEvent


@pytest.fixture
def ask(client):
    """`ask(agree_news="y")` sends the form and returns the address of the consent page that its
    confirmation offers.
    """

    def asking(path="/", **answers):
        answers.setdefault("email", "ana@example.com")
        confirmation = client.submit(path, **answers)
        return str(confirmation.soup.select_one("a[href^='/consent/']")["href"])

    return asking


@pytest.fixture
def events(page_database):
    def listing(*decisions):
        with page_database.reading() as session:
            found = session.scalars(
                select(ConsentEvent)
                .where(ConsentEvent.decision.in_(decisions))
                .order_by(ConsentEvent.id)
            )
            return [(e.purpose, e.method, e.source, e.control, e.page) for e in found]

    return listing
