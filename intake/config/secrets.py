"""Secrets: from the environment or from a file that the environment names, and never one that could
be guessed.
"""

import codecs
from collections.abc import Mapping
from pathlib import Path

from intake.config.errors import ConfigError
from intake.config.reading import read_bytes, read_prepared

SHORTEST = 32
FEWEST_LETTERS = 8
"""Different characters that a secret must have; 32 random hexadecimal digits have fewer once in a
hundred million.
"""
SAMPLES = (
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "your-secret",
    "your_secret",
    "insecure",
    "placeholder",
    "default",
    "example",
    "password",
)
"""What stands in samples and tutorials in place of a secret."""
IN_FILES = ("SECRET_KEY", "DATABASE_URL", "SMTP_URL")
"""Settings with a secret in them: `INTAKE_SECRET_KEY_FILE` names a file that holds
INTAKE_SECRET_KEY.
"""


def with_files_read(given: Mapping[str, str], prefix: str) -> dict[str, str]:
    """*given* (names with *prefix*), with what stands in the files named by `…_FILE` instead of
    their names.

    Raises `ConfigError` where a file cannot be read, or where a setting is given both ways.
    """
    found = dict(given)
    for name in IN_FILES:
        path = found.pop(f"{prefix}{name}_FILE", "")
        if not path:
            continue
        if found.get(f"{prefix}{name}"):
            raise ConfigError(
                f"{prefix}{name} and {prefix}{name}_FILE are both set; keep one of them."
            )
        found[f"{prefix}{name}"] = _read(Path(path), f"{prefix}{name}_FILE")
    return found


def weakness(secret: str) -> str | None:
    """Why *secret* could be guessed, and what to do; None for a good one."""
    if len(secret) < SHORTEST:
        return f"is too short; give at least {SHORTEST} random characters, or none to have one made"
    is_sample = any(sample in secret.lower() for sample in SAMPLES)
    if is_sample or len(set(secret)) < FEWEST_LETTERS or secret in (secret + secret)[1:-1]:
        return "can be guessed; give random characters, or none to have one made"
    return None


def _read(path: Path, name: str) -> str:
    content = read_bytes(path, name, "a file with the secret in it")
    if content.startswith(codecs.BOM_UTF8) and "SECRET_KEY" in name:
        raise ConfigError(
            f"{name}: {path} begins with an invisible mark (BOM), which would be part of the "
            "secret; save it as UTF-8 without BOM. Where it was in use with the mark, “intake "
            "doctor” says whether addresses are still found."
        )
    text = read_prepared(path, name, "a file with the secret in it").strip()
    if not text:
        raise ConfigError(f"{name}: {path} is empty; put the value into it, or unset {name}")
    return text
