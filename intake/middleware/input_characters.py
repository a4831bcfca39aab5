"""Characters that no text of ours can hold, taken out where text comes in: in one place, for every
page.

PostgreSQL keeps no NUL in a text, and what is written in C ends there. No keyboard has it; pasted
text may. So in what was typed it becomes a space, as any other control character does
(`callback.fields`), and the form goes its way. What shows nothing is taken out by the fields of
each form, and not here: a password keeps what it was made of. In an address it means that there is
no such page. A query in other bytes than UTF-8 is no browser's, which encodes them.

More marks on one letter than any language has are left out here as well: the libraries that text
goes to would need long to order them (`marks`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

from intake.marks import with_few_marks

NUL = "\x00"


class StorableValues(ImmutableMultiDict[str, Any]):
    """Values of a form or a query, without characters that cannot be kept."""

    def __init__(
        self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        super().__init__((_kept(name), _kept(value)) for name, value in _pairs(mapping))


class CleanRequest(Request):
    """A request whose forms and queries are read so."""

    parameter_storage_class = StorableValues


def keep_out_what_cannot_be_kept(app: Flask) -> None:
    """Have *app* read its requests so, and refuse addresses that it could not look up."""
    app.request_class = CleanRequest
    app.before_request(_refuse)


def _refuse() -> None:
    if NUL in request.path:
        abort(404)
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        abort(400)


def _pairs(
    mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None,
) -> Iterable[tuple[str, Any]]:
    return ImmutableMultiDict(mapping).items(multi=True)


def _kept(value: Any) -> Any:
    """Uploaded files pass: none is stored."""
    if not isinstance(value, str):
        return value
    text = value.replace(NUL, " ")
    return text if text.isascii() else with_few_marks(text)  # no mark is in ASCII
