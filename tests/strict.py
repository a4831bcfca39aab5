"""The parser of pages, which keeps what it found to be no valid HTML."""

from typing import Any

import html5lib
from bs4.builder._html5lib import HTML5TreeBuilder
from html5lib.constants import E as MESSAGES


class Strict(HTML5TreeBuilder):
    """Builds the tree, and keeps the faults that its parser met, so that a page is parsed once."""

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.faults = [(at, MESSAGES[code] % values) for at, code, values in parser.errors]
