"""The application for any WSGI server, as `wsgi:app`. Put a web server in front of it that
buffers requests.
"""

import sys

from intake.app import from_environ
from intake.config import ConfigError

try:
    app = from_environ()
except ConfigError as error:
    sys.exit(f"Error: {error}")
