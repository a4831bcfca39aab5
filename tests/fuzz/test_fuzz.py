"""Whatever is sent to whatever page: no fault of ours, nothing of the sender's comes back as markup or header.

`make fuzz` sends far more, to a running server.
"""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from intake.models import Lead, Role
from tests.fuzz.door import METHODS, Answer, filled, filled_forms, forms_of, judge, paths_of
from tests.fuzz.payloads import values
from tests.page import PageClient

LEAVING = {"security.logout"}
"""After this nothing more would be seen of the desk."""
NAMES = ["next", "days", "page", "said", "about", "months", "after", "x"]
SETTINGS = settings(
    max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def place(client: PageClient, page_database):
    """A door into the application, signed in as its owner, with one request in it; its addresses, its forms."""
    client.submit(email="ana@example.com", agree_news="y")
    client.sign_in(Role.OWNER)

    def door(method, path, query, form):
        with client.http.open(path, method=method, query_string=dict(query), data=form) as answer:
            return Answer(answer.status_code, list(answer.headers), answer.get_data(as_text=True))

    with page_database.reading() as session:
        lead = session.scalars(select(Lead)).one()
    known = {"ref": lead.ref, "token": lead.token, "filename": "app.css"}
    rules = [rule for rule in client.app.url_map.iter_rules() if rule.endpoint not in LEAVING]
    return door, rules, known, forms_of(door, paths_of(rules, known))


@SETTINGS
@given(st.data())
def test_any_address_with_anything_in_it(place, data):
    door, rules, known, _ = place
    rule = data.draw(st.sampled_from(rules))
    blanks = {name: quote(data.draw(values), safe="") or "x" for name in rule.arguments}
    path = filled(rule, data.draw(st.sampled_from([known, known | blanks])))
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
    method = data.draw(st.sampled_from(METHODS))

    answer = door(method, path, query, {"x": "y"} if method == "POST" else None)

    judge(answer, lambda: f"{method} {path} {query}")


@SETTINGS
@given(st.data())
def test_any_form_with_anything_in_it(place, data):
    door, _, _, forms = place
    form, sent = data.draw(filled_forms(forms))

    answer = door("POST", form.action, {}, sent)

    judge(answer, lambda: f"the form of {form.page} to {form.action} with {sent}")
