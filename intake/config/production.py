"""What must not be so where patients come in. Each is refused at the start, with its name and what
to do.
"""

from collections.abc import Mapping

from intake.config.errors import ConfigError
from intake.config.public_url import is_this_computer
from intake.config.settings import Settings

ON = frozenset({"1", "true", "yes", "on"})


def require_safe(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise `ConfigError` when an installation that patients reach would show its inside."""
    if settings.is_https and environ.get("FLASK_DEBUG", "").lower() in ON:
        raise ConfigError(
            "FLASK_DEBUG is on, which shows the program's inside to patients; unset it."
        )


def require_reachable_name(settings: Settings, host: str) -> None:
    """Raise `ConfigError` when the form is served to other computers without knowing under which
    name.
    """
    if not settings.public_url and not is_this_computer(host):
        raise ConfigError(
            f"INTAKE_PUBLIC_URL is not set, and --host {host} lets other computers in; set it to "
            "the address at which patients reach the form, https://…"
        )
