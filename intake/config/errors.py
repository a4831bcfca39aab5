"""One way to say that a setting is wrong: where, which key, what is expected."""

from pydantic import ValidationError


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what is expected."""


def explain(error: ValidationError, *, prefix: str = "", upper: bool = False) -> str:
    """Each fault of *error* on a line: the key as a person wrote it, then what is expected there."""
    return "\n".join(_line(prefix, upper, dict(fault)) for fault in error.errors(include_url=False))


def _line(prefix: str, upper: bool, fault: dict[str, object]) -> str:
    place = fault["loc"]
    key = ".".join(str(part) for part in place) if isinstance(place, tuple) else ""
    expected = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "missing":
        expected = "is missing; give it a value"
    elif fault["type"] == "extra_forbidden":
        expected = "is not a known key; remove it or correct its spelling"
    return f"{prefix}{key.upper() if upper else key}: {expected}"
