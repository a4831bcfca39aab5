"""The sheet, in which staff do something between our look and our write."""

from collections.abc import Callable
from typing import Any

from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.queue.columns import Layout


class Meanwhile:
    """The adapter; *staff_act* happens once, just before the layout is asked for."""

    def __init__(self, google: GoogleSheet, staff_act: Callable[[], object]) -> None:
        self._google, self._staff_act, self._acted = google, staff_act, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._google, name)

    def layout(self) -> Layout:
        """The layout after they acted."""
        if not self._acted:
            self._acted = True
            self._staff_act()
        return self._google.layout()
