"""The application for any WSGI server: `gunicorn wsgi:app`."""

import sys

from intake.app import from_environ
from intake.config import ConfigError

try:
    app = from_environ()
except ConfigError as error:
    sys.exit(f"Error: {error}")
