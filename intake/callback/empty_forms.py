"""The empty form in each language, rendered once for each publication: answers differ in stamp and
nonce only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.callback.stamp import new_stamp
from intake.consent.published import Edition, PublishedWords
from intake.consent.rendering import rendering_sha256
from intake.models import ConsentStatement
from intake.prepared import PreparedHead, encoding_for

STAMP, NONCE = "STAMP-OF-THIS-FORM", "NONCE-OF-THIS-ANSWER"
"""What stands in the rendered page for the values of one answer. Both are URL-safe base64, which
needs no escaping.
"""

Render = Callable[[str, Sequence[ConsentStatement], str, str], str]
"""Renders the empty form in a language, with these statements, a stamp and a nonce."""
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class EmptyForm:
    """One prepared page: its head, and its tail in the parts between which stamp and nonce are
    put.
    """

    statement_ids: Sequence[int]
    rendering_sha256: str | None
    """The consent block on it (`consent.rendering`)."""
    head: PreparedHead
    before_stamp: bytes
    before_nonce: bytes
    end: bytes


class EmptyForms:
    """The prepared pages of the newest edition. Threads that come at the same moment may prepare
    one twice.
    """

    def __init__(
        self, words: PublishedWords, render: Render, *, secret: str, clock: Callable[[], datetime]
    ) -> None:
        self._words, self._render, self._secret, self._clock = words, render, secret, clock
        self._forms: dict[str, tuple[Edition, EmptyForm]] = {}

    def prepare(self, language: str) -> EmptyForm:
        """Return the form in *language* with the words that are published now, rendering it when
        they are new.
        """
        edition = self._words.edition()
        known = self._forms.get(language)
        if known is None or known[0] is not edition:
            statements = edition.statements[language]
            form = _split(self._render(language, statements, STAMP, NONCE), statements, language)
            known = self._forms[language] = (edition, form)
        return known[1]

    def prepared(self, language: str) -> EmptyForm | None:
        """Return the form in *language* if no word has changed since it was rendered."""
        known = self._forms.get(language)
        return known[1] if known and known[0] is self._words.edition() else None

    def answer(
        self, form: EmptyForm, language: str, *, nonce: str, accept_encoding: str
    ) -> tuple[Headers, bytes]:
        """Return the headers and the body of one answer. The browser may keep it, so that “back”
        leads to it.
        """
        stamp = replace(
            new_stamp(form.statement_ids, language, now=self._clock()),
            rendering_sha256=form.rendering_sha256,
        )
        tail = b"".join(
            (
                form.before_stamp,
                stamp.sign(self._secret).encode(),
                form.before_nonce,
                nonce.encode(),
                form.end,
            )
        )
        encoding = encoding_for(accept_encoding)
        body = form.head.with_tail(tail, encoding)
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "private, no-cache"),
            ("Vary", "Accept-Encoding"),
        ]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return headers, body


def _split(html: str, statements: Sequence[ConsentStatement], language: str) -> EmptyForm:
    """Split the page into head and tail. The tail begins with the tag that holds the stamp; nothing
    of one answer may be before it.
    """
    before_stamp, _, rest = html.partition(STAMP)
    between, found, end = rest.partition(NONCE)
    if not found or STAMP in rest or NONCE in before_stamp + end:
        raise ValueError(
            "the template of the form must name the stamp once, and after it the nonce once"
        )
    at = before_stamp.rindex("<")
    return EmptyForm(
        statement_ids=[statement.id for statement in statements],
        rendering_sha256=rendering_sha256(statements, language),
        head=PreparedHead.of(before_stamp[:at].encode()),
        before_stamp=before_stamp[at:].encode(),
        before_nonce=between.encode(),
        end=end.encode(),
    )
