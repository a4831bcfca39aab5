"""Trouble on demand, for tests and demonstrations."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from intake.demo.sandbox.checking import checked
from intake.demo.sandbox.news import News
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.shapes import INT, NUMBER, TEXT

KINDS = {
    "429": "Google asks to slow down; nothing is done.",
    "401": "The access token has run out; nothing is done.",
    "403": "The spreadsheet is not shared with the service account; nothing is done.",
    "500": "Google has a fault; nothing is done.",
    "500_after": "Google has a fault after the change was made.",
    "lost_answer": "The change is made; the connection breaks before the answer.",
    "drop_before": "The connection breaks before anything is done.",
    "latency": "The answer takes a second longer.",
}
SHAPE = {
    "kind": frozenset(KINDS),
    "times": INT,
    "match": TEXT,
    "seconds": NUMBER,
    "retry_after": INT,
}
LONGEST_DELAY = 600


@dataclass
class Fault:
    """One kind of trouble for the next *times* calls of the API whose path holds *match*."""

    kind: str
    times: int = 1
    match: str = ""
    seconds: float = 1.0
    retry_after: int | None = None

    def meets(self, path: str) -> bool:
        """Is this call to be struck? The exchange of tokens, and what else is not the API, only
        when it is named.
        """
        return self.match in path and (path.startswith("/v4/") or self.match.strip("/") != "")


class Faults:
    """The troubles that are armed, struck in the order in which they were armed."""

    def __init__(self, news: News) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []
        self._news = news

    def arm(self, given: dict[str, Any]) -> None:
        """Add one; 400 says what is wrong with it."""
        options = checked(given, SHAPE)
        fault = Fault(options.pop("kind", ""), **options)
        if not fault.kind or fault.times < 1 or not 0 <= fault.seconds <= LONGEST_DELAY:
            raise refused(
                f"A fault has a kind ({', '.join(KINDS)}), a number of times, and seconds "
                "up to 600."
            )
        with self._lock:
            self._armed.append(fault)
        self._news.spread()

    def strike(self, path: str) -> Fault | None:
        """Return the trouble that this call meets, if any."""
        with self._lock:
            fault = next((one for one in self._armed if one.meets(path)), None)
            if fault is None:
                return None
            fault.times -= 1
            self._armed = [one for one in self._armed if one.times > 0]
        self._news.spread()
        return fault

    def listed(self) -> list[dict[str, Any]]:
        """Return what is armed."""
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed = []
        self._news.spread()
