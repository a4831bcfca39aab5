"""The law of the house, as far as a machine can check it. Each message says how to obey."""

import ast
import collections
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = sorted((ROOT / "intake").rglob("*.py"))
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if name
]
LONGEST_FILE = 300
# An auditor takes this one file to another machine
CARRIED_ALONE = {ROOT / "intake/ledger/verifier.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea(path):
    text = path.read_text()

    if "migrations/versions" not in str(path) and path not in CARRIED_ALONE:
        assert text.count("\n") <= LONGEST_FILE, (
            f"over {LONGEST_FILE} lines: which second idea is in here?"
        )
    assert ast.get_docstring(ast.parse(text)), "say in a sentence at the top what this file is for"
    assert path.stem not in {"utils", "helpers", "common", "manager", "service"}, (
        "name it for what it does"
    )


NO_SUBJECT = re.compile(r"(Of|By|For|The same|As|See)\b")


def docstrings(path):
    """Every docstring in the file, those of constants and fields included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for statement in node.body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    yield statement.lineno, str(statement.value.value).strip()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_docstring_says_what_comes_out(path):
    wrong = [
        f"{path.name}:{line}: {text[:40]}"
        for line, text in docstrings(path)
        if NO_SUBJECT.match(text)
    ]

    assert wrong == [], "write a sentence with a subject, or with a verb that says what comes out"


def public(kind):
    """The files in which each public name of this kind is defined at the top of a module."""
    found = collections.defaultdict(list)
    for path in SOURCES:
        if "migrations" not in path.parts:
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, kind) and not node.name.startswith("_"):
                    found[node.name].append(path)
    return found


def test_a_class_name_means_one_thing():
    twice = {name: paths for name, paths in public(ast.ClassDef).items() if len(paths) > 1}

    assert twice == {}, (
        "name each for what it is, so that a reader need not look which one is meant"
    )


def test_a_function_name_means_one_thing_in_its_room():
    top = ROOT / "intake"  # modules beside the rooms do not share one
    twice = {
        f"{folder.relative_to(ROOT)}: {name}"
        for name, paths in public(ast.FunctionDef).items()
        for folder, times in collections.Counter(path.parent for path in paths).items()
        if times > 1 and folder != top
    }

    assert twice == set(), "name each for what it does"


def test_a_rule_loads_neither_the_web_framework_nor_google():
    rules = (
        "intake.callback.submit, intake.sheet.sync.deliver, intake.mail.deliver, "
        "intake.operations.checks"
    )
    code = f"import sys, {rules}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"flask", "gspread", "google.auth", "wtforms"} & set(loaded)


def test_imports_stand_at_the_top():
    inside = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == [], (
        "an import inside a function hides a circle: move what both need to a lower room"
    )


def test_every_dependency_has_its_line():
    project = (ROOT / "pyproject.toml").read_text()
    names = re.findall(
        r'^    "([a-z0-9-]+)(?:\[.*\])?",$', project.partition("[project.scripts]")[0], re.MULTILINE
    )
    told = (ROOT / "docs" / "dependencies.md").read_text().lower()

    assert len(names) > 20
    assert [name for name in names if f"| {name} |" not in told] == [], (
        "each dependency earns its line in docs/dependencies.md"
    )


def test_locks_have_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert len(re.findall(r"^\S+==", text, re.MULTILINE)) <= text.count("--hash=sha256:")


def test_no_file_holds_a_path_of_a_machine():
    home = str(Path.home())
    texts = {
        path: path.read_text()
        for path in TRACKED
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".html"}
    }

    assert [
        str(path) for path, text in texts.items() if str(ROOT) in text or f"{home}/" in text
    ] == []


@pytest.mark.parametrize(
    "folder", [path for path in (ROOT / "templates" / "mail").iterdir() if path.is_dir()]
)
def test_every_mail_has_a_subject_and_says_the_same_as_text_and_as_html(folder):
    assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}
    text, html = ((folder / name).read_text() for name in ("body.txt", "body.html"))

    assert '{% include "mail/_identification.txt" %}' in text, "say who sends it (SOR/2012-36 s. 2)"
    assert '{% extends "mail/_letter.html" %}' in html, "the letter says who sends it"
    assert not re.search(r"<(img|script|link|iframe|form|input)\b|url\(", html), (
        "a mail fetches nothing"
    )


def test_templates_hold_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        # Mail programs fetch no style sheet: it stands in this one file
        if path.name == "_letter.html":
            text = text.replace("<style>", "", 1)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), (
            f"{path.name}: use app.css and form.js"
        )
        assert "|safe" not in text.replace(" ", ""), (
            f"{path.name}: nothing that a person typed may be markup"
        )
