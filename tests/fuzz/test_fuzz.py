"""Whatever is sent to whatever page: no fault of ours, nothing of the sender's comes back as markup
or header.

`make fuzz` sends far more, to a running server.
"""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.door import METHODS, filled, filled_forms, judge
from tests.fuzz.payloads import values
from tests.fuzz.place import Place
from tests.page import PageClient

NAMES = ["next", "days", "page", "said", "about", "months", "after", "x"]
SETTINGS = settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def place(client: PageClient) -> Place:
    """A door into the application, its addresses, its forms."""
    return Place(client)


@SETTINGS
@given(st.data())
def test_any_address_with_anything_in_it(place, data):
    rule = data.draw(st.sampled_from(place.rules))
    blanks = {name: quote(data.draw(values), safe="") or "x" for name in rule.arguments}
    path = filled(rule, place.known, **data.draw(st.sampled_from([{}, blanks])))
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
    method = data.draw(st.sampled_from(METHODS))

    answer = place(method, path, query, place.outside if method == "POST" else None)

    judge(answer, lambda: f"{method} {path} {query}")


@SETTINGS
@given(st.data())
def test_any_form_with_anything_in_it(place, data):
    form, sent = data.draw(filled_forms(place.forms))

    answer = place("POST", form.action, {}, sent)

    judge(answer, lambda: f"the form of {form.page} to {form.action} with {sent}")
