"""Which POST bodies ask for a one-click withdrawal (RFC 8058 s. 3.1): `List-Unsubscribe=One-Click`,
in either encoding.

Mail programs in the wild send it with a line end behind it, without a Content-Type or under a wrong
one. The token in the address is the authority, so the body is read for what it says, whatever the
header calls it.
"""

from collections.abc import Iterable
from io import BytesIO
from urllib.parse import parse_qsl

from werkzeug.formparser import MultiPartParser

NAME, VALUE = "list-unsubscribe", "one-click"
MOST_FIELDS = 100


def is_one_click(body: bytes) -> bool:
    """Return whether *body* holds the one field that RFC 8058 asks for, in small or capital
    letters.
    """
    text = body.strip()
    try:
        fields = list(_in_parts(text) if text.startswith(b"--") else _in_pairs(text))
    except ValueError:  # parts that do not end, or a hundred fields
        return False
    return any(
        (name.strip().lower(), value.strip().lower()) == (NAME, VALUE) for name, value in fields
    )


def _in_pairs(text: bytes) -> Iterable[tuple[str, str]]:
    return parse_qsl(text.decode("utf-8-sig", "replace"), max_num_fields=MOST_FIELDS)


def _in_parts(text: bytes) -> Iterable[tuple[str, str]]:
    """multipart/form-data. The boundary is read from the body's own first line, not from the
    header.
    """
    boundary = text.split(b"\n", 1)[0].strip()[2:]
    parser = MultiPartParser(max_form_parts=MOST_FIELDS)
    form, _ = parser.parse(BytesIO(text + b"\r\n"), boundary, len(text) + 2)
    return form.items(multi=True)
