"""The `intake` command: parse, call one rule, print one line. The only place that chooses
adapters.
"""

from intake.cli.group import main

__all__ = ["main"]
