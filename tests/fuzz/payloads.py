"""What is sent to every page: values that break out of SQL, HTML, headers, paths, templates,
formulas and numbers.
"""

import re
from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

MARK = "zq7331"
"""Stands in every value that would show an injection, so that it is recognised in an answer."""
HOSTILE = [
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "9" * 40,
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "\x00",
    "a\x00b",
    "\r\n",
    f"x\r\nSet-Cookie: {MARK}=1",
    f"x%0d%0aSet-Cookie:%20{MARK}=1",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    f"<script>{MARK}</script>",
    f'"><img src=x onerror={MARK}>',
    f"'><svg onload={MARK}>",
    f"javascript:{MARK}",
    f"{{{{7*7}}}}{MARK}",
    f"${{7*7}}{MARK}",
    f"<%= {MARK} %>",
    "' OR '1'='1",
    "1; DROP TABLE lead;--",
    "') UNION SELECT 1--",
    "' AND SLEEP(5)--",
    "%",
    "_",
    "\\",
    "a%' OR 1=1 --",
    "=1+1",
    "@SUM(1)",
    "//evil.example",
    "https://evil.example/",
    "\\\\evil.example",
    "/admin/../",
    "//evil.example/admin/",
    "\u202e\u2066",
    "\ufffd",
    "😀" * 50,
    "x" * 5000,
    "İ",
    "ß",
    "\u0001\u0002",
    "true",
    "null",
    "[]",
    "{}",
    "a[]=1",
    "y",
    "on",
]
LEAKS = (
    "Traceback (most recent call last)",
    "sqlalchemy.",
    "sqlite3.",
    "psycopg",
    "jinja2.",
    "werkzeug.",
    "root:x:0",
)
"""What must stand in no answer: the program's inside."""
MARKUP = re.compile(rf"<(script|img|svg)\b[^>]*{MARK}|<script>{MARK}|49{MARK}")
"""The sender's markup or template, come alive."""

values = st.sampled_from(HOSTILE) | st.text(max_size=60)


def broken(status: int, headers: Sequence[tuple[str, str]], body: str) -> Iterator[str]:
    """What is wrong with an answer; nothing for a good one."""
    if status >= 500:
        yield f"answered with {status}"
    yield from (f"tells of its inside: {leak}" for leak in LEAKS if leak in body)
    is_page = any(name.lower() == "content-type" and "html" in value for name, value in headers)
    if is_page and MARKUP.search(body):
        yield "holds markup of the sender's"
    for name, value in headers:
        if name.lower() == "set-cookie" and MARK in value:
            yield "sets a cookie of the sender's"
        if name.lower() == "location" and re.match(
            r"(\w+:)?[/\\]{2}(?!localhost|127\.0\.0\.1)|\w+:(?!//)", value
        ):
            yield f"sends elsewhere: {value}"
