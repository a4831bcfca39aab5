"""`make audit` says that all is well only when every package was looked up."""

import json

import pytest

from tests.house.audit import FINE, UNKNOWN, WEAK, verdict

FLASK = {"name": "flask", "version": "3.1.3", "vulns": []}
UNKNOWN_HERE = {
    "name": "nh3",
    "skip_reason": "Dependency not found on PyPI and could not be audited: nh3 (1.0)",
}
WEAK_ONE = {"name": "babel", "version": "2.1", "vulns": [{"id": "CVE-1", "fix_versions": ["2.2"]}]}
HOPELESS = {"name": "babel", "version": "2.1", "vulns": [{"id": "CVE-2", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([FLASK], FINE, "no known weakness in 1 packages"),
        ([FLASK, WEAK_ONE], WEAK, "babel 2.1 has CVE-1; fixed in 2.2: run make lock"),
        ([HOPELESS], WEAK, "CVE-2; no release fixes it yet"),
        (
            [FLASK, UNKNOWN_HERE],
            UNKNOWN,
            "could not be reached, so nothing is known of 1 of 2 packages",
        ),
        ([UNKNOWN_HERE], UNKNOWN, "nothing is known of 1 of 1 packages"),
        ([WEAK_ONE, UNKNOWN_HERE], WEAK, "nothing is known of 1 of 2 packages"),
        ([], UNKNOWN, "could not be reached"),
    ],
)
def test_the_verdict_names_what_is_weak_and_what_is_not_known(packages, code, said):
    found, lines = verdict("x.lock", json.dumps({"dependencies": packages}))

    assert found == code
    assert said in "\n".join(lines)


@pytest.mark.parametrize("said", ["", "Traceback (most recent call last):", "[]", "{}"])
def test_an_auditor_that_failed_is_no_good_news(said):
    code, lines = verdict("x.lock", said)

    assert code == UNKNOWN
    assert "The advisory service could not be reached" in lines[0]
