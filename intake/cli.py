"""The `intake` command: parse, call one rule, print one line. The only place that chooses adapters."""

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from intake import __version__, demo, relay, sandbox
from intake.config import Clinic, ConfigError, Settings, load_clinic
from intake.consent.statements import is_published, publish
from intake.db import Database
from intake.desk.deliver import Delivery, deployment_id
from intake.desk.errors import SheetError
from intake.desk.marks import remove_old_marks
from intake.desk.setup import set_up
from intake.desk.sheet import GoogleSheet
from intake.logs import log_to_stderr
from intake.operations.checks import check_database, run_checks
from intake.site import site_folder

OUR_ERRORS = (ConfigError, SheetError, demo.DidNotStart, relay.Stuck)


class Intake(AppGroup):
    """Turns our errors, whose messages are for people, into one clear line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OUR_ERRORS as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Intake, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="intake")
def main() -> None:
    """Consult Intake: a clinic's callback form, its consent record and its front desk's queue."""
    log_to_stderr()


@main.command("demo", with_appcontext=False)
@click.option("--port", default=8000, show_default=True, help="Port of the web form.")
@click.option("--sheet-port", default=8001, show_default=True, help="Port of the local stand-in for Google Sheets.")
@click.option("--data", type=click.Path(path_type=Path), default=Path("instance/demo"), show_default=True,
              help="Folder for database and sheet.")  # fmt: skip
def run_demo(port: int, sheet_port: int, data: Path) -> None:
    """Run all of it on this computer: web, relay and, without a Google Sheet, the stand-in for one."""
    environ = {**os.environ, "INTAKE_INSTANCE": str(data.absolute())}
    stand_in = not Settings.from_environ(environ).has_sheet
    demo.require_free(port, "PORT= (or --port)")
    if stand_in:
        demo.require_free(sheet_port, "SHEET_PORT= (or --sheet-port)")
        access = sandbox.prepare(data.absolute() / "sheet", sheet_port)
        environ["INTAKE_GOOGLE_CREDENTIALS"] = str(access.credentials)
        environ["INTAKE_SPREADSHEET_ID"] = access.spreadsheet_id
    settings = Settings.from_environ(environ)
    clinic, database = _clinic(settings), Database(settings.database())
    database.upgrade()
    with database.writing() as session:
        if not is_published(session, clinic):
            publish(session, clinic, now=_now())
    database.dispose()
    processes, stop = demo.Processes(environ), relay.stop_on_signals()

    def begin() -> None:
        if stand_in:
            folder = str(data.absolute() / "sheet")
            processes.start("sandbox", ["-m", "intake.sandbox", "--port", str(sheet_port), "--data", folder])
            processes.wait_for(f"http://127.0.0.1:{sheet_port}/")
        set_up(_sheet(settings), clinic)
        processes.start("web", ["-m", "intake", "serve", "--port", str(port)])
        processes.start("relay", ["-m", "intake", "relay"])
        processes.wait_for(f"http://127.0.0.1:{port}/readyz")
        where = f"http://127.0.0.1:{sheet_port}/" if stand_in else f"Google, spreadsheet {settings.spreadsheet_id}"
        click.echo(f"\n  The form:             http://127.0.0.1:{port}/  (French: http://127.0.0.1:{port}/fr/)")
        click.echo(f"  The front desk's sheet:  {where}\n\n  Ctrl-C stops everything.\n")

    demo.run_together(processes, begin, stop)


@main.command(with_appcontext=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Number of web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web form (gunicorn)."""
    settings = Settings.from_environ()
    _clinic(settings)
    finding = check_database(Database(settings.database()))
    if finding.is_failure:
        raise click.ClickException(finding.sentence)
    settings.secret()  # made before there are several processes
    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--worker-class", "gthread", "--threads", "4"]
    arguments += ["--no-control-socket", "--log-level", "warning", "intake.app:from_environ()"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606  (no shell; signals reach gunicorn itself)


@main.command("relay", with_appcontext=False)
@click.option("--once", is_flag=True, help="Deliver what is due, then end.")
def run_relay(once: bool) -> None:
    """Deliver the queue to the sheet."""
    settings = Settings.from_environ()
    clinic, database, sheet = _clinic(settings), Database(settings.database()), _sheet(settings)
    delivery = Delivery(database, sheet, clinic, deployment_id(settings.secret()))
    steps: dict[str, relay.Step] = {
        "deliver": delivery.step,
        "remove old marks": partial(remove_old_marks, database, sheet),
    }
    if once:
        rows = relay.once(steps, clock=_now, stop=relay.stop_on_signals())
        click.echo(f"Delivered {rows} row{'' if rows == 1 else 's'}.")
    else:
        relay.run(steps, clock=_now, stop=relay.stop_on_signals())


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
def sheet() -> None:
    """The front desk's Google Sheet."""


@sheet.command("setup", with_appcontext=False)
def sheet_setup() -> None:
    """Make the queue tab with its columns, or adopt the one that is there; safe to repeat."""
    settings = Settings.from_environ()
    click.echo(set_up(_sheet(settings), _clinic(settings)))


@main.group()
def consent() -> None:
    """Consent statements."""


@consent.command("publish", with_appcontext=False)
def consent_publish() -> None:
    """Publish the words in which consent is asked for, where they changed, in both languages."""
    settings = Settings.from_environ()
    clinic = _clinic(settings)
    with Database(settings.database()).writing() as session:
        added = [f"{s.purpose} {s.language} version {s.version}" for s in publish(session, clinic, now=_now())]
    click.echo(f"Published {', '.join(added)}." if added else "Nothing to publish: the words are unchanged.")


@main.command(with_appcontext=False)
def doctor() -> None:
    """Check settings, database, clinic file, credentials and sheet; say what to do about each."""
    settings = Settings.from_environ()
    ask_sheet = partial(_ask_sheet, settings) if settings.has_sheet else None
    findings = list(run_checks(settings, Database(settings.database()), now=_now(), ask_sheet=ask_sheet))
    for finding in findings:
        click.echo(finding.line)
    failures = sum(finding.is_failure for finding in findings)
    if failures:
        raise click.ClickException(f"{failures} to mend, see above.")


def _ask_sheet(settings: Settings) -> str:
    google = _sheet(settings)
    title = google.title()
    google.layout()
    return f"“{title}” can be reached and holds the queue"


def _clinic(settings: Settings) -> Clinic:
    return load_clinic(settings.clinic or site_folder() / "clinic.toml")


def _sheet(settings: Settings) -> GoogleSheet:
    if settings.google_credentials is None:
        raise ConfigError("No Google Sheet is configured; set INTAKE_GOOGLE_CREDENTIALS and INTAKE_SPREADSHEET_ID.")
    return GoogleSheet(settings.google_credentials, settings.spreadsheet_id)


def _now() -> datetime:
    return datetime.now(UTC)
