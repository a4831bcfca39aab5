"""Trouble on demand, for tests and demonstrations."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from intake.sandbox.problems import refused

KINDS = {
    "429": "Google asks to slow down; nothing is done",
    "500": "Google has a fault; nothing is done",
    "500_after": "Google has a fault after the change was made",
    "lost_answer": "The change is made, the connection breaks before the answer",
    "drop_before": "The connection breaks before anything is done",
    "latency": "The answer takes a while",
}
QUOTA = (
    "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service "
    "'sheets.googleapis.com' for consumer 'project_number:0'."
)


@dataclass
class Fault:
    """One kind of trouble for the next *times* calls whose path holds *match*."""

    kind: str
    times: int = 1
    match: str = ":batchUpdate"
    seconds: float = 1.0
    retry_after: int | None = None


class Faults:
    """The troubles that are armed, struck in the order in which they were armed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, given: dict[str, Any]) -> None:
        """Add one; 400 says what is wrong with it."""
        try:
            fault = Fault(**given)
        except TypeError as error:
            raise refused(str(error)) from None
        if fault.kind not in KINDS or not isinstance(fault.times, int) or fault.times < 1:
            raise refused(f"A fault has a kind ({', '.join(KINDS)}) and a number of times.")
        with self._lock:
            self._armed.append(fault)

    def strike(self, path: str) -> Fault | None:
        """The trouble that this call meets, if any."""
        with self._lock:
            for fault in self._armed:
                if fault.match in path:
                    fault.times -= 1
                    self._armed = [one for one in self._armed if one.times > 0]
                    return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        """What is armed."""
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed = []
