"""The floors in docs/architecture.md are the layers that import-linter holds."""

import re
import tomllib

from tests.conftest import ROOT


def test_the_floors_in_the_architecture_are_the_layers_of_the_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = project["tool"]["importlinter"]["contracts"][0]
    layers = [set(layer.split(" | ")) for layer in reversed(contract["layers"])]
    page = (ROOT / "docs" / "architecture.md").read_text()
    floors = re.findall(r"^\| (\d+) \| (.+?) \|", page, re.MULTILINE)

    assert [int(number) for number, _ in floors] == list(range(1, len(floors) + 1))
    assert [set(re.findall(r"`(\w+)/?`", rooms)) for _, rooms in floors] == layers[:-1], (
        "write each room on its floor in docs/architecture.md; __main__ above all is left out"
    )


def test_a_folder_is_written_with_its_slash():
    page = (ROOT / "docs" / "architecture.md").read_text()
    rooms = re.findall(r"^\| \d+ \| (.+?) \|", page, re.MULTILINE)
    written = re.findall(r"`(\w+/?)`", " ".join(rooms))

    assert [one for one in written if one.endswith("/") != (ROOT / "intake" / one).is_dir()] == []
