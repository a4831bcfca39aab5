"""A mailing tool's own list: which of its lines must not be mailed.

The tool compares lines as texts. So a line is handed back byte for byte as it stood in the list,
with whatever stands around the address in it, and each spelling of an address has its own line.
"""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from intake.consent.hashes import hashes_of
from intake.consent.listed import listed
from intake.contacts import NotAnEmail, parse_email
from intake.models import Purpose

WORDS = re.compile(r'[^\s,;<>()\[\]":]+')
"""Words between whatever separates columns, or encloses an address, in lists of other tools."""
ALSO = re.compile(r"[|?]")
"""Separates columns, or begins a link's parameters; but an address may have it, too."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class NotReadable(Exception):
    """No address could be found in the list as it is written; the message says what to do."""


def not_to_be_mailed(
    session: Session, lines: Iterable[bytes], *, clinic: str, purpose: Purpose, address_key: bytes
) -> Iterator[bytes]:
    """Yield the *lines* that hold an address on the list for *purpose*, in their order. Raises
    `NotReadable`.
    """
    kept = listed(session, clinic)
    for number, line in enumerate(_split(lines)):
        if number == 0 and (line.startswith(UTF_16) or b"\0" in line):
            raise NotReadable(
                "The list is written in UTF-16: save it as UTF-8 (in Excel “CSV UTF-8”) "
                "and try again."
            )
        hashes = (hashes_of(address_key, address) for address in _addresses_in(line))
        if any(kept.covers(present or "", former, purpose) for present, former in hashes):
            yield line


def _split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Single lines, ends included; some tools end them with a carriage return alone."""
    for portion in lines:
        yield from portion.splitlines(keepends=True)


def _addresses_in(line: bytes) -> Iterator[str]:
    for word in WORDS.findall(_decoded(line)):
        for meant in {word, *(part.strip("'’.") for part in (word, *ALSO.split(word)))}:
            try:
                yield parse_email(meant)
            except NotAnEmail:
                continue


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:  # an older program on Windows wrote it
        return line.decode("cp1252", errors="replace")
