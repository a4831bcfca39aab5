"""Each try to show who one is is counted before it is looked at; too many, and the answer is to
wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from flask import abort, make_response, render_template, request

from intake.staff.throttle import SignInSource, caller_of, forget, take_out, wait_for, write_down
from intake.web import installation, now, reading, transaction

TOO_MANY = 429


@dataclass
class Try:
    """One try, wrong until it is told to be right."""

    is_right: bool = False


def caller(email: str) -> SignInSource:
    """Return whoever sends this request, asking for the account of *email*."""
    return caller_of(installation().settings.address_key(), email, request.remote_addr or "")


@contextmanager
def counted(what: str, email: str) -> Iterator[Try]:
    """Count a try of *what* for the account of *email*; answers with 429 instead when there were
    too many.
    """
    who, present = caller(email), now()
    with transaction() as store:
        number = write_down(store, who, what, now=present)
    with reading() as store:
        wait = wait_for(store, who, number, now=present)
    if wait:
        with transaction() as store:
            take_out(store, number)
        seconds = ceil(wait.total_seconds())
        page = render_template("staff/wait.html", minutes=ceil(seconds / 60))
        abort(make_response(page, TOO_MANY, {"Retry-After": str(seconds)}))
    this = Try()
    yield this
    if this.is_right:
        with transaction() as store:
            take_out(store, number)


def forgive(email: str) -> None:
    """The person came in with every factor."""
    with transaction() as store:
        forget(store, caller(email))
