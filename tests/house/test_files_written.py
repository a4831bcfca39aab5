"""The law of CSV: each file is for people or for programs, and docs/security.md says which."""

import ast
import re

from tests.conftest import ROOT

TABLE = re.compile(r"^\| `([a-z_/]+)` \| .* \| (people|programs) \| .* \|$", re.MULTILINE)


def writers():
    """By module, whether what it writes as CSV is protected for spreadsheets."""
    found = {}
    for path in (ROOT / "intake").rglob("*.py"):
        called = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        }
        if {"csv.writer", "csv.DictWriter"} & called:
            found[str(path.relative_to(ROOT / "intake").with_suffix(""))] = "neutral" in called
    return found


def test_every_csv_file_is_for_people_or_for_programs_as_the_documents_say():
    told = dict(TABLE.findall((ROOT / "docs" / "security.md").read_text()))

    assert {
        module: "people" if is_neutral else "programs" for module, is_neutral in writers().items()
    } == told, (
        "say in docs/security.md who reads it: people's spreadsheets need `neutral`, which "
        "programs would misread"
    )
