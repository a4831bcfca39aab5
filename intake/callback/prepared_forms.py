"""Serves the prepared forms before the framework is asked: most requests want just these, and it
costs a tenth.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from intake.callback.empty_forms import EmptyForms
from intake.middleware.headers import NONCE
from intake.middleware.request_log import log_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = {"/": "en", "/fr/": "fr"}


class PreparedForms:
    """WSGI middleware: answers a plain GET of the form; everything else, and a form with new words,
    is passed on.
    """

    def __init__(
        self, application: "WSGIApplication", forms: EmptyForms, is_our_host: Callable[[str], bool]
    ) -> None:
        self._application, self._forms, self._is_our_host = application, forms, is_our_host

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or let the application answer."""
        language = LANGUAGES.get(environ["PATH_INFO"])
        if (
            language is None
            or environ["REQUEST_METHOD"] != "GET"
            or not self._is_our_host(environ.get("HTTP_HOST", ""))
        ):
            return self._application(environ, start_response)
        began = time.perf_counter()
        form = self._forms.prepared(language)
        if form is None:
            return self._application(environ, start_response)
        headers, body = self._forms.answer(
            form,
            language,
            nonce=environ[NONCE],
            accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        log_answer("callback.form", "GET", 200, began)
        start_response("200 OK", headers)
        return [body]
