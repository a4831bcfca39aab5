"""One way to say that a setting is wrong: where, which key, what is expected."""

from pydantic import ValidationError


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what is expected."""


EXPECTED = {
    "missing": "is missing; give it a value",
    "extra_forbidden": "is not a known key; remove it or correct its spelling",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "string_type": "expected text in quotes",
    "url_parsing": "expected an address that begins with https://",
    "url_scheme": "expected an address that begins with https://",
    "date_from_datetime_parsing": "expected a date like 2026-12-24, without quotes",
    "date_parsing": "expected a date like 2026-12-24, without quotes",
    "zoneinfo_str": "expected a time zone like “America/Toronto”",
}


def explain(error: ValidationError, *, prefix: str = "", upper: bool = False) -> str:
    """Return each fault of *error* on a line: the key as a person wrote it, then what is expected
    there.
    """
    return "\n".join(_line(prefix, upper, dict(fault)) for fault in error.errors(include_url=False))


def _line(prefix: str, upper: bool, fault: dict[str, object]) -> str:
    expected = EXPECTED.get(str(fault["type"])) or str(fault["msg"]).removeprefix("Value error, ")
    key = _key(fault["loc"])
    if not key:
        return expected if upper else f"{prefix}{expected}"
    return f"{prefix}{key.upper() if upper else key}: {expected}"


def _key(place: object) -> str:
    """Return the key as a person finds it: ("opening_hours", "monday", 0) is “opening_hours.monday
    entry 1”.
    """
    parts = place if isinstance(place, tuple) else ()
    return "".join(
        f" entry {part + 1}" if isinstance(part, int) else f".{part}" for part in parts
    ).removeprefix(".")
