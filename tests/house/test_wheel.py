"""What will be installed, not only the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import ROOT

OPEN_THE_FORM = """
import intake
from intake.app import from_environ
assert "wheel" in intake.__file__, intake.__file__
client = from_environ().test_client()
assert "Demander un rappel" in client.get("/fr/").text
assert client.get("/static/app.css").status_code == client.get("/static/form.js").status_code == 200
from intake.demo.sandbox.grid_page import FOLDER
assert (FOLDER / "grid.html").exists() and (FOLDER / "mailbox.html").exists()
from intake.mail.rendering import template_sha256
assert template_sha256("acknowledgement", "fr") != template_sha256("acknowledgement", "en")
"""


def test_the_wheel_brings_templates_translations_migrations_and_the_sample_clinic(
    tmp_path: Path,
) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "wheel")
    environ = {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "wheel"),
        "INTAKE_INSTANCE": str(tmp_path / "instance"),
    }

    for command in (
        ["-m", "intake", "db", "upgrade"],
        ["-m", "intake", "consent", "publish", "--yes"],
        ["-c", OPEN_THE_FORM],
    ):
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
