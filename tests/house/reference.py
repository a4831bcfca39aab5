"""docs/reference.md, generated from the code: every setting and every command.

`make reference` writes it, `make check` holds it. Run as `python -m tests.house.reference
[--check]`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from intake.cli import main
from intake.config import Settings
from intake.config.secrets import IN_FILES
from intake.config.settings import PREFIX

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "docs" / "reference.md"
TOP = """# Reference: settings and commands

This page is generated from the code by `make reference`; `make check` fails while it is out of
date. Do not edit it by hand.

## Settings

Settings are environment variables. An empty variable counts as not set.

| variable | what it is for | default | example |
| --- | --- | --- | --- |
"""
BELOW_SETTINGS = """
A setting with a secret in it may stand in a file instead: {files} each name such a file.
A value that is missing or wrong stops the start, and the error names the variable and what is
expected.

## Commands

Every command has `--help`. It ends with 0, with 1 and one clear line, or with 2 when the command
was mistyped.
"""

Table = list[tuple[str, click.Command]]


def settings() -> Iterator[str]:
    """Yield a line of the table for each setting."""
    for name, field in Settings.model_fields.items():
        examples = " ".join(f"`{example}`" for example in field.examples or [])
        default = f"`{field.default}`" if field.default not in {None, ""} else ""
        yield _line(f"`{PREFIX}{name.upper()}`", field.description or "", default, examples)


def commands(
    group: click.Group = main, path: str = "intake"
) -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its full name, groups before their members."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{name} is listed and cannot be loaded"
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def arguments(command: click.Command) -> list[click.Argument]:
    """Return what is given to the *command* by its place."""
    return [given for given in command.params if isinstance(given, click.Argument)]


def options(command: click.Command) -> list[click.Option]:
    """Return what is given to the *command* by name; `--help`, which all have, is left out."""
    return [given for given in command.params if isinstance(given, click.Option)]


def page() -> str:
    """Return docs/reference.md as the code has it now."""
    files = ", ".join(f"`{PREFIX}{name}_FILE`" for name in IN_FILES)
    return (
        TOP + "\n".join(settings()) + "\n" + BELOW_SETTINGS.format(files=files) + "".join(_tables())
    )


def _tables() -> Iterator[str]:
    """Yield one table for the commands that stand alone, and one for each group."""
    groups: dict[str, Table] = {"": []}
    titles = {"": ""}
    for name, command in commands():
        group = name.rpartition(" ")[0]
        if isinstance(command, click.Group):
            groups[name], titles[name] = [], command.help or ""
        else:
            groups[group if group in groups else ""].append((name, command))
    for group, members in groups.items():
        heading = (
            f"### `{group}`\n\n{titles[group]}\n" if group else "### Commands without a group\n"
        )
        lines = [_line("command", "what it does", "options"), _line("---", "---", "---")]
        lines += [
            _line(_called(name, command), _sentence(command.help), _options(command))
            for name, command in members
        ]
        yield f"\n{heading}\n" + "\n".join(lines) + "\n"


def _called(name: str, command: click.Command) -> str:
    given = [given.make_metavar(click.Context(command)) for given in arguments(command)]
    return f"`{' '.join([name, *given])}`"


def _options(command: click.Command) -> str:
    return "<br>".join(map(_option, options(command)))


def _option(option: click.Option) -> str:
    said = ", ".join(option.opts)
    if option.secondary_opts:
        said += " / " + ", ".join(option.secondary_opts)
    elif not option.is_flag or option.metavar:
        said += f" {_value(option)}"
    told = _sentence(option.help)
    if option.required:
        told += " Required."
    if option.show_default:
        told += f" Default: {option.default}."
    return f"`{said}` {told.strip()}"


def _value(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return f"[{'|'.join(map(str, option.type.choices))}]"
    return (
        "DATE"
        if isinstance(option.type, click.DateTime)
        else option.type.name.removesuffix(" range").upper()
    )


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def _line(*cells: str) -> str:
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells) + " |"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PLACE.write_text(page(), encoding="utf-8")
    is_current = PLACE.read_text(encoding="utf-8") == page()
    print(
        "reference: docs/reference.md is current"
        if is_current
        else "docs/reference.md is out of date: run make reference"
    )
    sys.exit(not is_current)
