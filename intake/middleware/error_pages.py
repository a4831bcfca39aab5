"""Error pages: what happened, what to do next, and the id under which our log tells more. No
exception's text.
"""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.middleware.headers import REQUEST_ID
from intake.outage import outage_of

BAD_REQUEST = 400
SERVER_FAULT = 500
UNAVAILABLE = 503
RETRY_AFTER = "60"  # seconds

log = logging.getLogger(__name__)

PROBLEMS = {
    BAD_REQUEST: (
        _l("We could not read that"),
        _l("Go back to the form and send it again, or call us."),
    ),
    403: (
        _l("This page is not for you"),
        _l("Ask the person who runs Consult Intake at your clinic."),
    ),
    404: (_l("This page does not exist"), _l("Check the address, or start again from the form.")),
    405: (_l("This page cannot be used like that"), _l("Start again from the form.")),
    413: (
        _l("That was too much at once"),
        _l("Shorten what you entered and send the form again, or call us."),
    ),
    415: (_l("We could not read that"), _l("Use the form on our page, or call us.")),
    421: (
        _l("There is nothing at this address"),
        _l("Start again from the clinic’s own page, or call us."),
    ),
    429: (
        _l("That was often in a short time"),
        _l("Wait a few minutes and try again, or call us."),
    ),
    SERVER_FAULT: (
        _l("Something went wrong on our side"),
        _l("What you sent may not have reached us. Try again in a minute, or call us."),
    ),
    UNAVAILABLE: (
        _l("We cannot take requests at the moment"),
        _l("What you sent is not stored. Try again in a minute, or call us."),
    ),
}


AT_THE_DESK = {
    BAD_REQUEST: ("That could not be read", "Go back, load the page again, and send it once more."),
    403: ("This page is not for your role", "Ask an owner of the desk if you need it."),
    404: (
        "There is no such page",
        "Check the address or the reference, or go on from the top of this page.",
    ),
    405: ("This page cannot be used like that", "Go on from the top of this page."),
    413: ("That was too much at once", "Shorten what you entered."),
    SERVER_FAULT: (
        "Something went wrong",
        "Nothing was changed. Try again; if it stays so, tell your administrator.",
    ),
    UNAVAILABLE: ("The database does not answer", "Nothing was changed. Try again in a minute."),
}
DESK = "/admin/"


class Application(Flask):
    """Flask, but for two things: what it would log of an error, and that it looks for
    coroutines.
    """

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> None:
        """Log the kind of the error and where it arose."""
        log.error("unexpected error", extra={"page": request.endpoint or "none"}, exc_info=exc_info)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return *func* itself: no view or hook of ours is a coroutine, and asking each one costs
        every request.
        """
        return func


def explain_problems(app: Flask) -> None:
    """Have *app* answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(SQLAlchemyError, _store_unavailable)


def _store_unavailable(error: SQLAlchemyError) -> tuple[str, int, dict[str, str]]:
    """Answer that nothing was stored, when the store is at fault; a mistake of ours goes on as what
    it is.
    """
    outage = outage_of(error)
    if outage is None:
        raise error
    log.error("database unavailable", extra={"reason": outage})
    return _page(UNAVAILABLE), UNAVAILABLE, {"Retry-After": RETRY_AFTER}


def _explain(error: HTTPException) -> Response | tuple[str, int]:
    """Return an error page in the language of the address. The text of an exception is never
    shown.
    """
    code = error.code or SERVER_FAULT
    if code < BAD_REQUEST:  # a redirect is no error
        return error.get_response()
    return _page(code), code


def _page(code: int) -> str:
    is_desk = request.path.startswith(DESK)
    words = AT_THE_DESK if is_desk else PROBLEMS
    title, remedy = words.get(code, words[BAD_REQUEST if code < SERVER_FAULT else SERVER_FAULT])
    template = "errors/desk.html" if is_desk else "errors/error.html"
    kept = _sent() if code >= SERVER_FAULT and not is_desk else []
    return render_template(
        template, title=title, remedy=remedy, kept=kept, request_id=request.environ[REQUEST_ID]
    )


def _sent() -> list[tuple[str, str]]:
    """Return what a form sent: the page keeps it, so that a press sends it again as it was, with
    the same stamp.

    The fields of a patient's forms only; nobody types a password there.
    """
    return list(request.form.items(multi=True)) if request.method == "POST" else []
