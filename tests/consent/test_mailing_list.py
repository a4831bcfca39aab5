"""A mailing tool's own list, of which the lines that must not be mailed come back byte for byte."""

import pytest

from intake.consent.mailing_list import NotReadable, not_to_be_mailed
from intake.consent.suppression import suppress
from intake.models import Purpose
from tests.consent.telling import NOON
from tests.factories import ADDRESS_KEY


@pytest.fixture
def refused(session, clinic, lead):
    suppress(session, lead(email="jane.doe@example.com"), [Purpose.NEWS], now=NOON)
    suppress(session, lead(email="ben@example.com"), [Purpose.CARE], now=NOON)
    session.flush()

    def filtering(content, purpose=Purpose.NEWS):
        lines = content.splitlines(keepends=True) if b"\r" not in content else [content]
        return list(
            not_to_be_mailed(
                session, lines, clinic=clinic.key, purpose=purpose, address_key=ADDRESS_KEY
            )
        )

    return filtering


@pytest.mark.parametrize(
    "line",
    [
        b"Jane.Doe@EXAMPLE.com\n",
        b"jane.doe@example.com\n",
        b"JANE.DOE@example.com\r\n",
        b"jane.doe@example.com\r",
        b"jane.doe@example.com",
        b"\xef\xbb\xbfjane.doe@example.com\n",
        b"  jane.doe@example.com \t\n",
        "\N{NO-BREAK SPACE}jane.doe@example.com\n".encode(),
        b'"jane.doe@example.com"\n',
        b"'jane.doe@example.com'\n",
        b"'jane.doe@example.com\n",
        b"Jane Doe <Jane.Doe@example.com>\n",
        b'"Doe, Jane" <jane.doe@example.com>\n',
        b'"Jane Doe <jane.doe@example.com>"\n',
        b"mailto:jane.doe@example.com?subject=Stop\n",
        b'17,"Doe, Jane",jane.doe@example.com,"said ""no"""\n',
        b"Jane;jane.doe@example.com;x\n",
        b"Jane\tjane.doe@example.com\n",
        b"Jane|jane.doe@example.com|x\n",
        b"zoe@example.com; jane.doe@example.com\n",
        "Zoë Doe,jane.doe@example.com\n".encode("cp1252"),
        b'"an open quote,jane.doe@example.com\n',
    ],
)
def test_a_line_with_the_address_comes_back_as_it_stood(refused, line):
    assert refused(line) == [line]


def test_every_spelling_and_every_copy_comes_back_in_the_lists_order(refused):
    content = (
        b"Email\nJane.Doe@EXAMPLE.com\nzoe@example.com\n\n"
        b"jane.doe@example.com\nJane.Doe@EXAMPLE.com\n"
    )

    assert refused(content) == [
        b"Jane.Doe@EXAMPLE.com\n",
        b"jane.doe@example.com\n",
        b"Jane.Doe@EXAMPLE.com\n",
    ]


def test_only_the_purpose_that_is_to_be_mailed_counts(refused):
    content = b"ben@example.com\njane.doe@example.com\n"

    assert refused(content, Purpose.CARE) == [b"ben@example.com\n"]


@pytest.mark.parametrize(
    "line",
    [
        b"no address, here\n",
        b"@\n",
        b"\n",
        b"xjane.doe@example.com\n",
        b"jane.doe@example.com.au\n",
        b"jane.doe@\n",
    ],
)
def test_other_lines_stay_with_the_tool(refused, line):
    assert refused(line) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_in_which_no_address_can_be_found_is_refused(refused, encoding):
    with pytest.raises(NotReadable, match="save it as UTF-8"):
        refused("jane.doe@example.com\n".encode(encoding))


def test_characters_that_separate_columns_may_be_part_of_an_address(session, clinic, lead):
    suppress(session, lead(email="=cmd|calc@example.com"), [Purpose.NEWS], now=NOON)
    session.flush()
    lines = [b"=cmd|calc@example.com\n", b"calc@example.com\n"]

    found = not_to_be_mailed(
        session, lines, clinic=clinic.key, purpose=Purpose.NEWS, address_key=ADDRESS_KEY
    )

    assert list(found) == [lines[0]]
