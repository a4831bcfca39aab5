"""Forms that are made once and filled again: to make one takes as long as to check what was typed into it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from werkzeug.datastructures import MultiDict

from intake.callback.forms import CallbackForm
from intake.callback.offered import Offered
from intake.models import ConsentStatement

MOST_KINDS = 16
"""Kinds of forms that are kept. A kind is a language with the statements that were shown."""

Kind = tuple[str, tuple[int, ...]]


class KeptForms:
    """Forms that nobody uses now, by kind. A form serves one request at a time and is filled anew for each."""

    def __init__(self) -> None:
        self._free: dict[Kind, list[CallbackForm]] = {}

    @contextmanager
    def filled(
        self, sent: MultiDict[str, str], *, offered: Offered, statements: Sequence[ConsentStatement], language: str
    ) -> Iterator[CallbackForm]:
        """Lend a form with what was *sent*, which nobody else sees until the block ends."""
        kind = language, tuple(statement.id for statement in statements)
        try:
            form = self._free[kind].pop()  # one step: two threads never take the same one
        except LookupError:
            form = CallbackForm(offered=offered, statements=statements, language=language, formdata=None)
        form.fill(sent)
        try:
            yield form
        finally:
            self._keep(kind, form)

    def _keep(self, kind: Kind, form: CallbackForm) -> None:
        if kind in self._free or len(self._free) < MOST_KINDS:
            self._free.setdefault(kind, []).append(form)
