"""The `intake` command: parse, call one rule, print one line. The only place that chooses adapters."""

from intake.cli import consent, evidence, keep, log, privacy, run, sheet, staff, together
from intake.cli.group import main

__all__ = ["consent", "evidence", "keep", "log", "main", "privacy", "run", "sheet", "staff", "together"]
