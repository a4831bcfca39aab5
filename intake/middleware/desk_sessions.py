"""Sessions are for the desk: a patient's page reads no cookie and sets none, whatever a browser
sends along.
"""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

DESK = "/admin"


class DeskSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, below the desk's address only. Elsewhere a view that writes to the
    session fails.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a page of the desk; None makes Flask use one that refuses to be
        written.
        """
        if request.path == DESK or request.path.startswith(f"{DESK}/"):
            return super().open_session(app, request)
        return None
