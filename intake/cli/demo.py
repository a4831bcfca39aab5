"""The command that runs all of it on one computer: demo."""

import os
from pathlib import Path

import click

from intake import relay
from intake.cli.group import PORT, main
from intake.cli.wiring import clinic_of, now, sheet_of
from intake.config import Clinic, MailFolder, Settings
from intake.consent.address_key import adopt_key
from intake.consent.publishing import changes, digest_of
from intake.db import Database
from intake.demo import one_computer, sandbox
from intake.demo.fill.fill import fill
from intake.ledger.place import ledger_folder, ledger_origin
from intake.listening import addresses_to_listen_on
from intake.migrate import migrate
from intake.sheet.shape.setup import set_up
from intake.staff.accounts import StaffAction
from intake.staff.actor import COMMAND_LINE
from intake.staff.first_owner import first_link
from intake.staff.publish_words import publish_words

MANY, MOST = 100_000, 300_000
STAND_IN = ["-m", "intake.demo.sandbox"]


@main.command("demo")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port of the web form.")
@click.option(
    "--sheet-port",
    type=PORT,
    default=8001,
    show_default=True,
    help="Port of the local stand-in for Google Sheets.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("instance/demo"),
    show_default=True,
    help="Folder for database, sheet and mails.",
)
@click.option(
    "--fill",
    "number",
    type=click.IntRange(1, MOST),
    is_flag=False,
    flag_value=MANY,
    metavar="[N]",
    help=f"First fill an empty demonstration with N requests, or {MANY:,}.",
)
def run_demo(port: int, sheet_port: int, data: Path, number: int | None) -> None:
    """Run all of it on this computer: web, relay, a mailbox and, without a Google Sheet, the
    stand-in for one.
    """
    data = data.absolute()
    environ = {**os.environ, "INTAKE_INSTANCE": str(data)}
    _default(environ, "INTAKE_PUBLIC_URL", f"http://127.0.0.1:{port}")
    _default(environ, "INTAKE_SMTP_URL", (data / "mail").as_uri())
    given = Settings.from_environ(environ)
    has_sheet, mail = given.has_sheet, given.mail
    _require_free(port, "PORT= (or --port)")
    needs_stand_in = not has_sheet or isinstance(mail, MailFolder)
    if needs_stand_in:
        if sheet_port == port:
            raise click.ClickException(
                f"The form and the stand-in cannot both have port {port}; change --sheet-port."
            )
        _require_free(sheet_port, "SHEET_PORT= (or --sheet-port)")
        access = sandbox.prepare(data / "sheet", sheet_port)
        if not has_sheet:
            environ["INTAKE_GOOGLE_CREDENTIALS"] = str(access.credentials)
            environ["INTAKE_SPREADSHEET_ID"] = access.spreadsheet_id
    settings = Settings.from_environ(environ)
    one_computer.keep_environment(data / "environment", environ)
    if number:
        _fill(given, settings, number)
    clinic, link = _prepared(settings)
    processes, stop = one_computer.Processes(environ), relay.stop_on_signals()
    local, form = f"http://127.0.0.1:{sheet_port}/", f"http://127.0.0.1:{port}/"

    def begin() -> None:
        if needs_stand_in:
            shown = ["--mail", str(mail.path)] if isinstance(mail, MailFolder) else []
            processes.start(
                "sandbox",
                [*STAND_IN, "--port", str(sheet_port), "--data", str(data / "sheet"), *shown],
            )
            processes.wait_for(local)
        set_up(sheet_of(settings), clinic)
        processes.start("web", ["-m", "intake", "serve", "--port", str(port)])
        processes.start("relay", ["-m", "intake", "relay"])
        processes.wait_for(f"{form}readyz")
        sheet = f"Google, spreadsheet {settings.spreadsheet_id}" if has_sheet else local
        mailbox = (
            f"{local}mailbox"
            if isinstance(mail, MailFolder)
            else "goes to the server in INTAKE_SMTP_URL"
        )
        click.echo(f"\n  The form:                {form}  (French: {form}fr/)")
        click.echo(f"  The front desk's sheet:  {sheet}")
        click.echo(f"  Mail:                    {mailbox}")
        # Passkeys are bound to a name, which an address of digits has not.
        desk = f"http://localhost:{port}/admin/"
        first = f" – first sign-in: {desk}welcome/{link}" if link else ""
        click.echo(f"  The admin’s desk:        {desk}{first}")
        click.echo(
            f"  The command line:        . {data / 'environment'}\n\n  Ctrl-C stops everything.\n"
        )

    one_computer.run_together(processes, begin, stop)


def _fill(given: Settings, settings: Settings, number: int) -> None:
    """Invent two years of requests. Nobody's own database, sheet or mail server is filled: it could
    not be undone.
    """
    if given.database_url or given.has_sheet or not isinstance(given.mail, MailFolder):
        raise click.ClickException(
            "--fill is for a demonstration alone; unset INTAKE_DATABASE_URL, "
            "INTAKE_GOOGLE_CREDENTIALS and INTAKE_SMTP_URL."
        )
    clinic, database = clinic_of(settings), Database(settings.database())
    migrate(database)
    with database.writing() as session:
        adopt_key(session, settings.address_key(), now=now())
    ledger = ledger_folder(settings), ledger_origin(clinic)
    fill(
        database,
        clinic,
        number,
        address_key=settings.address_key(),
        ledger=ledger,
        now=now(),
        say=click.echo,
    )
    database.dispose()


def _require_free(port: int, option: str) -> None:
    addresses_to_listen_on("127.0.0.1", port, port_option=option)


def _default(environ: dict[str, str], name: str, value: str) -> None:
    environ[name] = environ.get(name) or value


def _prepared(settings: Settings) -> tuple[Clinic, str | None]:
    """Return the clinic, once database and words are current, and the token of a link for its
    owner's first sign-in.
    """
    clinic, database = clinic_of(settings), Database(settings.database())
    migrate(database)
    with database.writing() as session:
        adopt_key(session, settings.address_key(), now=now())
        read = digest_of(changes(session, clinic))
        publish_words(session, clinic, COMMAND_LINE, read=read, endpoint="demo", now=now())
        link = first_link(session, clinic.key, by=StaffAction(COMMAND_LINE, "demo", now()))
    database.dispose()
    return clinic, link
