"""Files that a person prepared: their text, or a sentence that says what is wrong and how to mend
it.
"""

import codecs
from pathlib import Path

from intake.config.errors import ConfigError

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
AS_UTF_8 = "save it as UTF-8 (in Windows’ Notepad: Save as, Encoding: UTF-8)"


def read_prepared(path: Path, name: str, what: str) -> str:
    """Return the text of the file at *path*, which the setting *name* gives and which should be
    *what* (“a clinic file”).

    A byte order mark, which Windows puts before a text, is left out. Raises `ConfigError`.
    """
    content = read_bytes(path, name, what)
    if content.startswith(UTF_16) or b"\x00" in content[:200]:
        raise ConfigError(
            f"{name}: {path} is no text in UTF-8 (UTF-16 or no text at all); {AS_UTF_8}"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{name}: {path} is not in UTF-8: line {line} has a letter of another encoding, such "
            f"as Windows-1252; {AS_UTF_8}"
        ) from None


def read_bytes(path: Path, name: str, what: str) -> bytes:
    """Return the content of the file at *path*. Raises `ConfigError` as `read_prepared` does."""
    if path.is_dir():
        raise ConfigError(f"{name}: {path} is a folder; give the path of {what}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{name}: {path} cannot be read ({error.strerror}); give the path of {what}, "
            "readable for this account"
        ) from None
