"""Commands that keep running: demo, serve, relay."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import click

from intake import demo, relay, sandbox
from intake.cli.group import main
from intake.cli.wiring import anchor_places, clinic_of, database_of, ledger_folder, ledger_origin, now, sheet_of
from intake.config import Settings
from intake.consent.address_key import adopt_key
from intake.consent.statements import is_published, publish
from intake.db import Database
from intake.desk.allowance import Allowance
from intake.desk.deliver import deployment_id
from intake.desk.setup import set_up
from intake.desk.steps import relay_steps
from intake.lease import Holder
from intake.ledger.anchoring import Anchoring
from intake.ledger.seal import Sealing


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
    clinic, database = clinic_of(settings), Database(settings.database())
    database.upgrade()
    with database.writing() as session:
        adopt_key(session, settings.address_key())
        if not is_published(session, clinic):
            publish(session, clinic, now=now())
    database.dispose()
    processes, stop = demo.Processes(environ), relay.stop_on_signals()

    def begin() -> None:
        if stand_in:
            folder = str(data.absolute() / "sheet")
            processes.start("sandbox", ["-m", "intake.sandbox", "--port", str(sheet_port), "--data", folder])
            processes.wait_for(f"http://127.0.0.1:{sheet_port}/")
        set_up(sheet_of(settings), clinic)
        processes.start("web", ["-m", "intake", "serve", "--port", str(port)])
        processes.start("relay", ["-m", "intake", "relay"])
        processes.wait_for(f"http://127.0.0.1:{port}/readyz")
        where = f"http://127.0.0.1:{sheet_port}/" if stand_in else f"Google, spreadsheet {settings.spreadsheet_id}"
        click.echo(f"\n  The form:                http://127.0.0.1:{port}/  (French: http://127.0.0.1:{port}/fr/)")
        click.echo(f"  The front desk's sheet:  {where}\n\n  Ctrl-C stops everything.\n")

    demo.run_together(processes, begin, stop)


@main.command(with_appcontext=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Number of web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web form (gunicorn)."""
    settings = Settings.from_environ()
    clinic_of(settings)
    database_of(settings).dispose()
    demo.require_free(port, "--port", host)
    settings.secret()  # made before there are several processes
    # Errors only: gunicorn's warnings quote the address of whoever sent something odd.
    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--worker-class", "gthread", "--threads", "4"]
    arguments += ["--graceful-timeout", "5", "--no-control-socket", "--log-level", "error", "intake.app:from_environ()"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606  (no shell; signals reach gunicorn itself)


@main.command("relay", with_appcontext=False)
@click.option("--once", is_flag=True, help="Deliver what is due, read back, then end.")
def run_relay(once: bool) -> None:
    """Deliver the queue to the sheet, and read back what staff do there. Any number may run: one at a time works."""
    settings = Settings.from_environ()
    allowance = Allowance()
    clinic, sheet, database = clinic_of(settings), sheet_of(settings, allowance), database_of(settings)
    steps = relay_steps(database, sheet, clinic, deployment_id(settings.secret()), allowance)
    every = timedelta(hours=clinic.ledger.anchor_every_hours)
    steps |= {
        "seal": Sealing(database, ledger_folder(settings), ledger_origin(clinic)).step,
        "anchor": Anchoring(database, anchor_places(settings, clinic, sheet), every).step,
    }
    lease, stop = Holder(database, f"sheet:{clinic.key}"), relay.stop_on_signals()
    try:
        if once:
            rows = relay.once(steps, owns=lease.holds, clock=now, stop=stop)
            click.echo(f"Delivered {rows} row{'' if rows == 1 else 's'}.")
        else:
            relay.run(steps, owns=lease.holds, clock=now, stop=stop)
    except relay.NotOurs:
        click.echo("Another relay is at work on this sheet; nothing to do.")
    finally:
        lease.give_back()
