"""Rows as a file, a line at a time: nothing but the present line is ever held."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

from intake.admin.exports.forms import CSV
from intake.spreadsheet_text import neutral

Row = Mapping[str, object]


def as_csv(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a heading and a line for each row; no cell is anything but text, whoever opens it with
    a spreadsheet.
    """
    line = StringIO()
    writer = csv.writer(line)
    for cells in _cells(headings, rows):
        writer.writerow([neutral(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cells(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[list[str]]:
    yield list(headings)
    for row in rows:
        yield ["" if (value := row.get(name)) is None else str(value) for name in headings]


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """One array with an object on each line. A file that was cut short does not end with a
    bracket.
    """
    yield "["
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False, default=str)
    yield "\n]\n"


def written(kind: str, headings: Sequence[str], rows: Iterable[Row]) -> tuple[Iterator[str], str]:
    """Return the file's parts, and its media type."""
    if kind == CSV:
        return as_csv(headings, rows), "text/csv"
    return as_json(rows), "application/json"


def attached(name: str) -> dict[str, str]:
    """Return the headers of a file to be kept; nothing on the way keeps it as well."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
