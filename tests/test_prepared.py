"""A page that was compressed once, with a tail that was not."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.prepared import LARGEST_STORED, PreparedHead, TailTooLong, encoding_for

PLAIN = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.mark.parametrize("encoding", PLAIN)
@given(head=st.binary(max_size=3000), tail=st.binary(max_size=500))
def test_every_encoding_holds_the_whole_page(encoding, head, tail):
    assert PLAIN[encoding](PreparedHead.of(head).with_tail(tail, encoding)) == head + tail


@pytest.mark.parametrize("encoding", PLAIN)
@pytest.mark.parametrize("length", [0, 1, 255, 256, LARGEST_STORED])
def test_a_tail_of_any_length_that_fits_one_block_is_whole(encoding, length):
    head = PreparedHead.of(b"<p>" * 10_000)

    assert (
        PLAIN[encoding](head.with_tail(b"x" * length, encoding)) == b"<p>" * 10_000 + b"x" * length
    )


def test_a_tail_that_fits_no_block_is_refused():
    with pytest.raises(TailTooLong):
        PreparedHead.of(b"").with_tail(b"x" * (LARGEST_STORED + 1), "gzip")


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("", ""),
        ("deflate", ""),
    ],
)
def test_an_encoding_is_used_only_where_the_client_takes_it(accept, encoding):
    assert encoding_for(accept) == encoding
