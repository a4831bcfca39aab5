"""The word list names places in the code, and they exist."""

import re
from importlib import import_module

import pytest

from tests.conftest import ROOT

ROWS = re.findall(
    r"^\| ([^|]+) \| `(intake[\w.]*)(?::(\w+))?` \|",
    (ROOT / "docs/words.md").read_text(),
    re.MULTILINE,
)


def test_a_word_stands_once():
    words = [word for word, _, _ in ROWS]

    assert len(words) >= 40
    assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize(("word", "module", "name"), ROWS, ids=[word for word, _, _ in ROWS])
def test_a_word_has_its_place_in_the_code(word, module, name):
    found = import_module(module)

    assert not name or hasattr(found, name), f"{word}: {module} has no {name}"
