"""Commands that do one thing and end: db, doctor."""

from contextlib import suppress
from functools import partial
from pathlib import Path

import click

from intake.cli.group import main
from intake.cli.wiring import clinic_of, mailbox_of, now, sheet_of
from intake.config import ConfigError, Settings
from intake.consent.address_key import adopt_key
from intake.db import Database
from intake.migrate import migrate
from intake.operations.backup import back_up
from intake.operations.checks import run_checks
from intake.sheet.errors import SheetNotSetUp
from intake.sheet.shape.unwanted_columns import unwanted_columns


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Create the database, or bring it to its newest schema."""
    settings = Settings.from_environ()
    database = Database(settings.database())
    migrate(database)
    with database.writing() as session:
        hashed = adopt_key(session, settings.address_key(), now=now())
    if hashed:
        plural = "" if hashed == 1 else "es"
        click.echo(
            f"Hashed {hashed} email address{plural}, so that a withdrawal finds every "
            "request of a person."
        )
    click.echo(f"The {database.url.get_backend_name()} database is current.")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to the new FILE, whole and of one moment, while everything goes
    on.
    """
    settings = Settings.from_environ()
    size = back_up(Database(settings.database()), file)
    days = clinic_of(settings).retention.backup_days
    click.echo(
        f"Wrote {file} ({size / 1_000_000:.1f} MB). It holds patients’ names: encrypt it, "
        f"and delete it in {days} days."
    )


@main.command()
def doctor() -> None:
    """Check settings, database, clinic file, credentials, sheet and mail; say what to do about
    each.
    """
    settings = Settings.from_environ()
    ask_sheet = partial(_ask_sheet, settings) if settings.has_sheet else None
    mailbox = mailbox_of(settings)
    ask_mail = mailbox.greet if mailbox else None
    database = Database(settings.database())
    findings = list(
        run_checks(settings, database, now=now(), ask_sheet=ask_sheet, ask_mail=ask_mail)
    )
    for finding in findings:
        click.echo(finding.line)
    failures = sum(finding.is_failure for finding in findings)
    if failures:
        raise click.ClickException(f"{failures} to mend, see above.")


def _ask_sheet(settings: Settings) -> str:
    google = sheet_of(settings)
    title = google.title()
    layout = google.layout()
    with suppress(ConfigError):  # of the clinic file another check tells
        for sentence in unwanted_columns(layout, clinic_of(settings)).values():
            raise SheetNotSetUp(sentence)
    return f"“{title}” can be reached and holds the queue"
