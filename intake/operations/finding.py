"""What a check found, in one sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What a check found: fine, worth knowing (a warning), or to be mended (a failure)."""

    subject: str
    sentence: str
    is_failure: bool = False
    is_warning: bool = False

    @property
    def line(self) -> str:
        """Return the finding as a line for a terminal."""
        sign = "FAIL" if self.is_failure else "warn" if self.is_warning else "ok"
        return f"{sign:<4}  {self.subject}: {self.sentence}"


def fine(subject: str, sentence: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, sentence)


def warning(subject: str, sentence: str) -> Finding:
    """Worth knowing."""
    return Finding(subject, sentence, is_warning=True)


def failure(subject: str, sentence: str) -> Finding:
    """To be mended."""
    return Finding(subject, sentence, is_failure=True)
