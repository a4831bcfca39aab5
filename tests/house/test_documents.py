"""Documents name only what exists: commands, options, settings, targets of make, files and
links.
"""

import re
import shlex
from importlib import import_module
from importlib.util import find_spec

import click
import pytest

from intake.cli import main
from intake.config import Settings
from intake.config.secrets import IN_FILES
from tests.conftest import ROOT
from tests.house import reference

DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
    if path.name != "CHANGELOG.md"  # it tells of what was there once, too
)
WITH_COMMANDS = [
    *DOCUMENTS,
    *(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}),
]
SOURCES = sorted((ROOT / "intake").rglob("*.py"))
SETTINGS = {f"INTAKE_{name.upper()}" for name in Settings.model_fields} | {
    f"INTAKE_{name}_FILE" for name in IN_FILES
}
COMMANDS = dict(reference.commands())
CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`|“(intake [^”\n]+)”", re.DOTALL)
"""Fenced blocks, code within a line, and commands that a page quotes."""
FILE = re.compile(r"(?<![\w/.*<{…-])(?:[\w-]+/)+[\w-]+\.(?:py|md|html|toml|css|js|png|po)\b")
DOTTED = re.compile(r"`([a-z_]+(?:\.[A-Za-z_]+)+)(?:\(\))?`")
ELSEWHERE = ("etc/", "var/", "opt/", "bench/report.md")
"""Files of an installation, and those that a command writes."""
FOLDERS = (ROOT, ROOT / "intake", ROOT / "templates", ROOT / "docs")


def name_of(path):
    return str(path.relative_to(ROOT))


def lines_of_code(text):
    for block, inline, quoted in CODE.findall(text):
        yield from (block or inline or quoted).splitlines()


def calls(line):
    """Yield each call of `intake` in *line*, from its first word to the end of the call."""
    for found in re.finditer(
        r"(?<!\* )(?:^|(?<=[\s/;&|(]))intake ([a-z-][^;&|#]*)", line.split(" # ")[0]
    ):
        yield found[1].strip().rstrip(".,:")


def fault_of(call):
    """Return what in *call* does not exist; None when all does."""
    words = shlex.split(call.replace("'", "").replace("…", ""))
    name = "intake"
    while words and f"{name} {words[0]}" in COMMANDS:
        name = f"{name} {words.pop(0)}"
    command = COMMANDS.get(name, main)
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        return f"“intake {call}”: there is no such command"
    known = {
        "--help",
        "--version",
        *(opt for one in reference.options(command) for opt in (*one.opts, *one.secondary_opts)),
    }
    unknown = [
        word for word in words if word.startswith("--") and word.partition("=")[0] not in known
    ]
    return f"“{name}” has no {unknown[0]}" if unknown else None


def test_the_reference_is_current():
    assert reference.PLACE.read_text() == reference.page(), "run make reference"


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=list(COMMANDS))
def test_every_command_and_option_says_what_it_does(name, command):
    assert command.help, f"{name} needs a docstring"
    assert [one.opts for one in reference.options(command) if not one.help] == [], (
        f"{name}: give the option help="
    )


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=name_of)
def test_commands_in_documents_exist(path):
    found = [call for line in lines_of_code(path.read_text()) for call in calls(line)]

    assert [fault for fault in map(fault_of, found) if fault] == []


@pytest.mark.parametrize(
    "call",
    [
        "sheet mend",
        "consent withdraw REF --why x",
        "consent nothing",
        "nothing",
        "db upgrade --force",
    ],
)
def test_a_command_that_does_not_exist_is_found(call):
    assert fault_of(call)


def test_what_is_quoted_in_the_page_on_missing_rows_is_what_the_system_says():
    places = [*SOURCES, *(ROOT / "templates").rglob("*.html")]
    texts = " ".join(path.read_text() for path in places)
    # A long sentence is written in several pieces
    said = " ".join(re.sub(r'"\s*\n\s*f?"', "", texts).split())
    page = " ".join((ROOT / "docs" / "missing-row.md").read_text().split())
    quoted = [part.strip() for words in re.findall("“([^”]+)”", page) for part in words.split("…")]

    assert [part for part in quoted if part not in said and part != "Data › Change view"] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_admin_pages_in_documents_exist(path):
    named = set(re.findall(r"`(/admin/[a-z]+)", path.read_text()))
    code = " ".join(source.read_text() for source in SOURCES)

    assert [one for one in sorted(named) if one not in code] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_settings_in_documents_exist(path):
    named = set(re.findall(r"\bINTAKE_[A-Z_]+[A-Z]\b", path.read_text()))

    assert named <= SETTINGS


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_targets_of_make_in_documents_exist(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        line.split()[1] for line in lines_of_code(path.read_text()) if re.match(r"make [a-z]", line)
    }

    assert named <= targets


def test_make_promises_no_target_that_is_not_there():
    text = (ROOT / "Makefile").read_text()
    promised = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()

    assert [name for name in promised if not re.search(rf"^{name}:", text, re.MULTILINE)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_in_documents_lead_somewhere(path):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        place, _, part = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (part and part not in anchors(target.read_text())):
            broken.append(link)

    assert broken == []


def anchors(text):
    """Return the anchors that a page of *text* gets for its headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_that_documents_name_exist(path):
    assert missing_files(path) == []


def test_files_that_the_code_names_exist():
    assert {name_of(path): missing_files(path) for path in SOURCES if missing_files(path)} == {}


def missing_files(path):
    """Return the files named in *path* that are nowhere: not from the root, nor from one of its
    main folders.
    """
    places = (*FOLDERS, path.parent, path.parent.parent)
    named = {one for one in FILE.findall(path.read_text()) if not one.startswith(ELSEWHERE)}
    return sorted(one for one in named if not any((place / one).exists() for place in places))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_modules_and_names_in_documents_exist(path):
    found = {
        name
        for name in DOTTED.findall(path.read_text())
        if not name.endswith((".py", ".md", ".toml"))
    }

    assert sorted(name for name in found if not is_there(name)) == []


def is_there(name):
    """Whether `room.module` or `room.module.name` is one; a dotted name that begins with no room of
    ours counts.
    """
    parts = name.removeprefix("intake.").split(".")
    if find_spec(f"intake.{parts[0]}") is None:
        return True
    here, place = import_module(f"intake.{parts[0]}"), f"intake.{parts[0]}"
    for part in parts[1:]:
        place = f"{place}.{part}"
        if hasattr(here, part):
            here = getattr(here, part)
        elif hasattr(here, "__path__") and find_spec(place):
            here = import_module(place)
        else:
            return False
    return True


@pytest.mark.parametrize(
    "name", ["sheet.nowhere", "intake.consent.nothing", "consent.may_send.nothing"]
)
def test_a_name_that_does_not_exist_is_found(name):
    assert not is_there(name)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=name_of)
def test_a_decision_has_a_date_and_stands_in_the_index(path):
    title, _, date = path.read_text().splitlines()[:3]
    number, _, name = title.removeprefix("# ").partition(". ")
    index = (path.parent / "README.md").read_text()

    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", date), (
        "the third line of a decision is its date, such as 2026-11-28"
    )
    assert f"| [{number}]({path.name}) | {date} | {name} | " in index, (
        "add its line to docs/decisions/README.md"
    )


def test_hooks_before_a_commit_run_a_part_of_make_check():
    check = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    hooks = re.findall(r"entry: (.*?), language", (ROOT / ".pre-commit-config.yaml").read_text())

    assert len(hooks) == 5
    assert [
        hook for hook in hooks if f"\t{hook.replace('.venv/bin', '$(BIN)')}\n" not in check
    ] == []
