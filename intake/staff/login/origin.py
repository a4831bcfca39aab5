"""Where the desk is in the browser's bar. Passkeys and one-time links are bound to it.

In production that is INTAKE_PUBLIC_URL. On this computer it is whatever address was opened:
passkeys work at http://localhost only, since an address of digits has no name that they could be
bound to.
"""

from flask import request, url_for

from intake.web import installation


def origin() -> str:
    """Scheme, host and port, without a slash at the end."""
    public = installation().settings.public_url
    return public.rstrip("/") if public.startswith("https://") else request.host_url.rstrip("/")


def link_of(token: str) -> str:
    """Return the address of a one-time link."""
    return origin() + url_for("welcome.page", token=token)
