"""Forms that are made once and filled again: making one takes as long as checking what was typed
into it.
"""

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
    """Empty forms that nobody uses now, by kind. A form serves one request at a time."""

    def __init__(self) -> None:
        self._free: dict[Kind, list[CallbackForm]] = {}

    @contextmanager
    def filled(
        self,
        sent: MultiDict[str, str],
        *,
        offered: Offered,
        statements: Sequence[ConsentStatement],
        language: str,
    ) -> Iterator[CallbackForm]:
        """Lend a form with what was *sent*. Nobody else uses it until the block ends; then it is
        emptied.
        """
        kind = language, tuple(statement.id for statement in statements)
        try:
            form = self._free[kind].pop()  # one step: two threads never take the same one
        except LookupError:
            form = CallbackForm(
                offered=offered, statements=statements, language=language, formdata=None
            )
        try:
            form.fill(sent)
            yield form
        finally:
            form.empty()
            self._keep(kind, form)

    def _keep(self, kind: Kind, form: CallbackForm) -> None:
        if kind in self._free or len(self._free) < MOST_KINDS:
            self._free.setdefault(kind, []).append(form)
