"""Commands that do one thing and end: db, consent, doctor."""

from functools import partial

import click

from intake.cli.group import main
from intake.cli.wiring import clinic_of, database_of, now, sheet_of
from intake.config import Settings
from intake.consent.statements import publish
from intake.db import Database
from intake.operations.checks import run_checks


@main.group()
def db() -> None:
    """The database."""


@db.command(with_appcontext=False)
def upgrade() -> None:
    """Create the database, or bring it to its newest schema."""
    database = Database(Settings.from_environ().database())
    database.upgrade()
    click.echo(f"The {database.url.get_backend_name()} database is current.")


@main.group()
def consent() -> None:
    """Consent statements."""


@consent.command("publish", with_appcontext=False)
def consent_publish() -> None:
    """Publish the words in which consent is asked for, where they changed, in both languages."""
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    with database_of(settings).writing() as session:
        added = [f"{s.purpose} {s.language} version {s.version}" for s in publish(session, clinic, now=now())]
    click.echo(f"Published {', '.join(added)}." if added else "Nothing to publish: the words are unchanged.")


@main.command(with_appcontext=False)
def doctor() -> None:
    """Check settings, database, clinic file, credentials and sheet; say what to do about each."""
    settings = Settings.from_environ()
    ask_sheet = partial(_ask_sheet, settings) if settings.has_sheet else None
    findings = list(run_checks(settings, Database(settings.database()), now=now(), ask_sheet=ask_sheet))
    for finding in findings:
        click.echo(finding.line)
    failures = sum(finding.is_failure for finding in findings)
    if failures:
        raise click.ClickException(f"{failures} to mend, see above.")


def _ask_sheet(settings: Settings) -> str:
    google = sheet_of(settings)
    title = google.title()
    google.layout()
    return f"“{title}” can be reached and holds the queue"
