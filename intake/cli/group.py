"""The group of all commands, which turns our errors into one clear line."""

import sys
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from intake import __version__, demo, relay
from intake.cli.output import explained, prepare_output
from intake.config import ConfigError
from intake.consent.address_key import OtherKey
from intake.consent.evidence import NoSuchRequest, NothingSealed
from intake.consent.mailing_list import NotReadable
from intake.consent.staff_withdrawal import NotRecorded
from intake.desk.errors import SheetError
from intake.ledger.keys import KeyProblem
from intake.ledger.restart import NotRestarted
from intake.ledger.seal import NotSealed
from intake.listening import CannotListen
from intake.logs import log_to_stderr
from intake.operations.backup import NotBackedUp
from intake.outage import outage_of
from intake.privacy.find import NotDone
from intake.staff.accounts import NotChanged

OUR_ERRORS = (
    CannotListen, ConfigError, KeyProblem, NoSuchRequest, NotBackedUp, NotChanged, NotDone, NothingSealed, NotReadable,
    NotRecorded, NotRestarted, NotSealed, OtherKey, SheetError, demo.DidNotStart, relay.Stuck,
)  # fmt: skip


PORT = click.IntRange(1, 65535)
"""Not 0, for which the system would choose one that nobody is told."""


class Intake(AppGroup):
    """Turns our errors, whose messages are for people, into one clear line and exit code 1."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run as a program: output that fails is a sentence, whatever part of click was writing it."""
        prepare_output()
        try:
            return super().main(*args, **extra)
        except OSError as error:
            problem = explained(error)
            problem.show()
            sys.exit(problem.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OUR_ERRORS as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            outage = outage_of(error)
            if outage is None:
                raise
            raise click.ClickException(f"The database {outage.sentence}.") from error


@click.group(cls=Intake, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="intake")
def main() -> None:
    """Consult Intake: a clinic's callback form, its consent record and its front desk's queue."""
    log_to_stderr()
