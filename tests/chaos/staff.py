"""A busy front desk: edits, sorts, inserts, deletes, moves columns and renames the tab."""

import random
from contextlib import suppress
from typing import Any

import requests

from intake.models import Status
from tests.chaos.world import STAFF, World

WORDS = [*(status.value for status in Status), "=1+1", "+1 613", "@SUM(A1)", "her mum", "", '😀 "quoted"\nline']
HABITS = {"edit": 60, "sort": 10, "insert_rows": 8, "delete_rows": 6, "move_column": 8, "rename_tab": 2}


def work(world: World, chance: random.Random) -> None:
    """One action, by habit."""
    tab = world.tab
    kind = chance.choices([*HABITS], [*HABITS.values()])[0]
    if kind in {"edit", "delete_rows"}:
        _on_a_row(world, chance, tab, kind)
    else:
        _on_the_tab(world, chance, tab, kind)


def _act(world: World, **action: Any) -> bool:
    """False where the sheet said that it changed meanwhile, or is away."""
    with suppress(requests.RequestException):
        answer = world.sandbox.call("POST", "/sandbox/staff", json=action)
        world.done[action["action"] if answer.ok else f"{action['action']} came too late"] += 1
        return answer.ok
    world.done["sheet was away"] += 1
    return False


def _on_a_row(world: World, chance: random.Random, tab: dict[str, Any], kind: str) -> None:
    titles = [column["title"] for column in tab["columns"]]
    rows = [row for row in tab["rows"] if row["cells"][titles.index("Name")].startswith("P")]
    if not rows:
        return
    row, title, words = chance.choice(rows), chance.choice(STAFF), chance.choice(WORDS)
    name = row["cells"][titles.index("Name")]
    where = {"action": kind, "sheetId": tab["id"], "line": row["line"]}
    if kind == "delete_rows":
        if _act(world, **where):
            world.deleted.add(name)
    elif _act(world, **where, column=titles.index(title), title=title, value=words):
        world.written[name, title] = words


def _on_the_tab(world: World, chance: random.Random, tab: dict[str, Any], kind: str) -> None:
    width = len(tab["columns"])
    details: dict[str, dict[str, Any]] = {
        "sort": {"column": chance.randrange(width), "order": chance.choice(["ASCENDING", "DESCENDING"])},
        "insert_rows": {"row": chance.randint(1, 3)},
        "move_column": {"column": chance.randrange(width), "to": chance.randrange(width)},
        "rename_tab": {"title": chance.choice(["Queue", "Appels", "To do – today"])},
    }
    _act(world, action=kind, sheetId=tab["id"], **details[kind])
