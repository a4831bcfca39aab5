"""Templates outside of a web request: plain Jinja with the words of one language. Pages have
Flask's own.
"""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from intake.languages import catalogue
from intake.site import site_folder


@cache
def environment(language: str) -> Environment:
    """Over templates/, in *language*; what is missing is an error, and .html is escaped."""
    made = Environment(
        loader=FileSystemLoader(site_folder() / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return made
