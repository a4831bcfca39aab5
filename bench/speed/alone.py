"""What is measured of the product alone: a relay with nothing to do, and verifying the log."""

import os
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import func, select

from bench.speed.sides import PRODUCT, PYTHON
from intake.config import Settings, load_clinic
from intake.db import Database
from intake.demo.fill.fill import fill
from intake.migrate import migrate
from intake.models import LedgerEntry
from tests.conftest import ROOT, SECRET
from tests.demo.sandbox.running import running_sandbox

FIRST_LOOKS = 10.0
"""Seconds in which a relay that starts reads the whole sheet and looks for what it may have
missed.
"""


def idle_relay(folder: Path, seconds: float) -> float:
    """Return the share of a core, in percent, that a relay takes with an empty queue."""
    with running_sandbox(folder / "sheet") as sandbox:
        environ = _environ(folder) | {
            "INTAKE_GOOGLE_CREDENTIALS": str(sandbox.access.credentials),
            "INTAKE_SPREADSHEET_ID": sandbox.access.spreadsheet_id,
        }
        for command in (*PRODUCT.prepared_by, [PYTHON, "-m", "intake", "sheet", "setup"]):
            subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)  # noqa: S603  (our own)
        relay = psutil.Popen(
            [PYTHON, "-m", "intake", "relay"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
        )
        try:
            with suppress(psutil.TimeoutExpired):
                relay.wait(FIRST_LOOKS)
            before, began = sum(relay.cpu_times()[:2]), time.monotonic()
            with suppress(psutil.TimeoutExpired):
                relay.wait(seconds)
            return float(100 * (sum(relay.cpu_times()[:2]) - before) / (time.monotonic() - began))
        finally:
            relay.terminate()
            relay.wait(60)


def verifying(folder: Path, requests: int) -> tuple[int, float]:
    """Return how many records the log of so many *requests* has, and how many of them are verified
    a second.
    """
    environ = _environ(folder)
    settings, clinic = (
        Settings(instance=folder / "instance", secret_key=SECRET),
        load_clinic(ROOT / "clinic.toml"),
    )
    database = Database(settings.database())
    migrate(database)
    fill(
        database,
        clinic,
        requests,
        address_key=settings.address_key(),
        now=datetime.now(UTC),
        say=lambda _: None,
        ledger=(settings.instance.absolute() / "ledger", f"consult-intake/{clinic.key}"),
    )
    with database.reading() as session:
        records = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    database.dispose()
    began = time.monotonic()
    subprocess.run(  # noqa: S603  (our own command)
        [PYTHON, "-m", "intake", "consent", "verify"],
        cwd=ROOT,
        env=environ,
        check=True,
        capture_output=True,
    )
    return records, records / (time.monotonic() - began)


def _environ(folder: Path) -> dict[str, str]:
    ours = {"INTAKE_INSTANCE": str(folder / "instance"), "INTAKE_SECRET_KEY": SECRET}
    return {
        name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
    } | ours
