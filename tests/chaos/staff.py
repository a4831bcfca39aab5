"""A busy front desk: edits, sorts, inserts, deletes, moves columns and renames the tab."""

import random
from contextlib import suppress
from typing import Any

import requests

from intake.models import Status
from tests.chaos.world import STAFF, World

WORDS = [
    *(status.value for status in Status),
    "=1+1",
    "+1 613",
    "@SUM(A1)",
    "her mum",
    "",
    '😀 "quoted"\nline',
]


def act(world: World, chance: random.Random, kind: str) -> bool:
    """One action; False where the sheet changed meanwhile, is away, or has no row to act on."""
    with suppress(requests.RequestException):
        return (_on_a_row if kind in {"edit", "delete_rows"} else _on_the_tab)(
            world, chance, world.tab, kind
        )
    return False


def _act(world: World, **action: Any) -> bool:
    """False where the sheet said that it changed meanwhile, or is away."""
    with suppress(requests.RequestException):
        answer = world.sandbox.call("POST", "/sandbox/staff", json=action)
        world.done[action["action"] if answer.ok else f"{action['action']} came too late"] += 1
        return answer.ok
    world.done["sheet was away"] += 1
    return False


def _on_a_row(world: World, chance: random.Random, tab: dict[str, Any], kind: str) -> bool:
    titles = [column["title"] for column in tab["columns"]]
    rows = [row for row in tab["rows"] if row["cells"][titles.index("Name")].startswith("P")]
    if not rows:
        return False
    row, title, words = chance.choice(rows), chance.choice(STAFF), chance.choice(WORDS)
    name = row["cells"][titles.index("Name")]
    where = {"action": kind, "sheetId": tab["id"], "line": row["line"]}
    if kind == "delete_rows":
        if not _act(world, **where):
            return False
        world.deleted.add(name)
        return True
    if not _act(world, **where, column=titles.index(title), title=title, value=words):
        return False
    world.written[name, title] = words
    return True


def _on_the_tab(world: World, chance: random.Random, tab: dict[str, Any], kind: str) -> bool:
    width = len(tab["columns"])
    details: dict[str, dict[str, Any]] = {
        "sort": {
            "column": chance.randrange(width),
            "order": chance.choice(["ASCENDING", "DESCENDING"]),
        },
        "insert_rows": {"row": chance.randint(1, 3)},
        "move_column": {"column": chance.randrange(width), "to": chance.randrange(width)},
        "rename_tab": {"title": chance.choice(["Queue", "Appels", "To do – today"])},
    }
    return _act(world, action=kind, sheetId=tab["id"], **details[kind])
