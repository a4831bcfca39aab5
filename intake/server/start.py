"""The application as the environment describes it, and whether it may start."""

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module

from intake.app import create_app, settings_from_environ
from intake.config import require_reachable_name
from intake.ledger.place import KEPT_HEAD, ledger_folder
from intake.operations.store_check import check_clinic_key, check_reachable
from intake.server.bridge import Bridge
from intake.web import KEY, Installation


class NotReady(Exception):
    """The database is not there, not current, or another clinic's; the message says what to do."""


def start(host: str) -> tuple[Bridge, Callable[[], None]]:
    """Return the application, which is served to whoever reaches *host*, and what raises when it
    may not start.

    Raises `ConfigError`.
    """
    settings = settings_from_environ()
    require_reachable_name(settings, host)
    app = create_app(settings)
    return Bridge(app), partial(_check, app.extensions[KEY])


def _check(place: Installation) -> None:
    found = check_reachable(place.database)
    if not found.is_failure:
        found = check_clinic_key(place.database, place.clinic.key)
    if found.is_failure:
        raise NotReady(found.sentence)
    _say_restore_mode(place)


def _say_restore_mode(place: Installation) -> None:
    """Note and say that the database is a backup. Before anything was signed it cannot be found
    out, nor need be.
    """
    folder = ledger_folder(place.settings)
    if (folder / KEPT_HEAD).exists():  # signatures need a large library, which is loaded only here
        mode = import_module("intake.restore.mode").RestoreMode(place.database, folder)
        problem = mode.enter_if_on(now=place.clock())
        if problem:
            print(problem, file=sys.stderr)
