"""A request of granian's (RSGI) as WSGI has it (PEP 3333)."""

import sys
from collections import defaultdict
from io import BytesIO
from typing import Any

from intake.server.arrival import Body
from intake.server.rsgi import Scope

OF_THEIR_OWN = {"content-type": "CONTENT_TYPE", "content-length": "", "transfer-encoding": ""}
"""Headers that are no HTTP_…; "" for those that tell of the body, which has arrived and is told by
itself.
"""


def environ_of(scope: Scope, body: Body) -> dict[str, Any]:
    """The environment of a request whose *body* has arrived."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "QUERY_STRING": scope.query_string,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body.data),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if body.length is not None:
        environ["CONTENT_LENGTH"] = str(body.length)
    return environ | _headers(scope)


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers under their names in WSGI, where "_" stands for "-".

    One that has a "_" in its name is left out: it would pass for another, such as what a trusted
    proxy says.
    """
    found = defaultdict[str, list[str]](list)
    for name, value in scope.headers.items():
        known = OF_THEIR_OWN.get(name, f"HTTP_{name.upper().replace('-', '_')}")
        if known and "_" not in name:
            found[known].append(value)
    return {
        name: ("; " if name == "HTTP_COOKIE" else ",").join(values)
        for name, values in found.items()
    }
