"""The group of all commands. Each is loaded when it is called, so that none waits for what only
others need.
"""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from intake import __version__
from intake.cli.output import explained, prepare_output
from intake.logs import log_to_stderr


@dataclass(frozen=True)
class Command:
    """A command before it is loaded: its line of help, and the modules of `intake.cli` that make
    it.
    """

    help: str
    modules: tuple[str, ...]


COMMANDS = {
    "consent": Command(
        "Consent: its wording, withdrawals, the suppression list.", ("consent", "evidence", "log")
    ),
    "db": Command("The database.", ("database", "privacy", "evidence")),
    "demo": Command(
        (
            "Run all of it on this computer: web, relay, a mailbox and, without a Google "
            "Sheet, the stand-in for one."
        ),
        ("demo",),
    ),
    "doctor": Command(
        (
            "Check settings, database, clinic file, credentials, sheet and mail; say what to "
            "do about each."
        ),
        ("database",),
    ),
    "lead": Command("One request, by its reference.", ("privacy",)),
    "queue": Command("The callback queue in the database.", ("sheet",)),
    "relay": Command(
        (
            "Deliver the queue, read back what staff do, and send mail. Any number may run: "
            "one at a time works."
        ),
        ("run",),
    ),
    "restore": Command(
        (
            "Say what a database from a backup has lost; with --reason, do withdrawals and "
            "erasures again and go on."
        ),
        ("restore",),
    ),
    "retention": Command(
        "Delete what was kept long enough, by [retention] of the clinic file.", ("privacy",)
    ),
    "serve": Command(
        "Run the web form. Of a name with several addresses the first is listened on.", ("serve",)
    ),
    "shell": Command(
        "Open a Python prompt with clinic, database, a session that reads, now() and the models.",
        ("shell",),
    ),
    "sheet": Command("The front desk's Google Sheet.", ("sheet",)),
    "staff": Command("Accounts of the admin’s desk.", ("staff",)),
}
"""`tests/house` holds each line of help against the command's own."""


PORT = click.IntRange(1, 65535)
"""Not 0, for which the system would choose one that nobody is told."""


def explain_error(error: Exception) -> str | None:
    """Return what *error* says to a person; None when it is a mistake of ours. What knows the
    errors is loaded now.
    """
    found: str | None = import_module("intake.cli.problems").sentence_for(error)
    return found


class Intake(click.Group):
    """Loads commands when they are called, and turns our errors into one clear line and exit code
    1.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names, without loading anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command; None where there is none of this name."""
        for module in COMMANDS[cmd_name].modules if cmd_name in COMMANDS else ():
            import_module(f"intake.cli.{module}")
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands as click does, without loading them."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        names = self.list_commands(ctx)
        rows = [
            (name, click.Command(name, help=COMMANDS[name].help).get_short_help_str(room))
            for name in names
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run as a program: output that fails is a sentence, whatever part of click was writing
        it.
        """
        prepare_output()
        try:
            return super().main(*args, **extra)
        except OSError as error:
            problem = explained(error)
            problem.show()
            sys.exit(problem.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was called for."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            sentence = explain_error(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


@click.group(cls=Intake, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="intake")
def main() -> None:
    """Consult Intake: a clinic's callback form, its consent record and its front desk's queue."""
    # Not by `Settings`: with a wrong setting, the help of a command is still shown.
    log_to_stderr(os.environ.get("INTAKE_LOG_LEVEL", ""))
