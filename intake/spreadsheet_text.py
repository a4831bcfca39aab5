"""Text that a spreadsheet takes for text: in every CSV file that people open.

A file that programs read is left as it is, because they would take the apostrophe for a part of the
text. Which file is for whom stands in docs/security.md.
"""

import re

from intake.unseen import without_unseen

LIVE = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a cell of a CSV file for a formula (OWASP, CSV injection)."""
NEXT_CELL = re.compile(r"(;\s*)(?=[=+\-@＝＋－＠])")
"""Where Excel speaks French a semicolon ends a cell, quoted or not: what follows it is a beginning,
too.
"""


def neutral(text: str) -> str:
    """*text* with an apostrophe before whatever a spreadsheet would take for a formula."""
    calm = NEXT_CELL.sub(r"\1'", text)
    begins = without_unseen(calm).lstrip()
    return f"'{calm}" if calm.startswith(LIVE) or begins.startswith(LIVE) else calm
