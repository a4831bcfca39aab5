"""Where templates, static files and the sample clinic file lie: beside the package, or inside it in
a wheel.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def site_folder() -> Path:
    """Return the folder that holds templates/, static/ and clinic.toml."""
    installed = PACKAGE / "_site"
    return installed if installed.is_dir() else PACKAGE.parent
