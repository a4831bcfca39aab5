"""A network address is read however a proxy writes it, and what is none is never taken for one."""

import pytest

from intake.contacts import coarse_network, line_hash, network_hash, plain_address

KEY = b"k" * 32

SPELLINGS = [
    ("203.0.113.9", "203.0.113.9"),
    ("203.0.113.9:51234", "203.0.113.9"),
    ("203.0.113.9:", "203.0.113.9"),
    (" 203.0.113.9\t", "203.0.113.9"),
    ('"203.0.113.9:51234"', "203.0.113.9"),
    ("[203.0.113.9]:443", "203.0.113.9"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("[::FFFF:203.0.113.9]:51234", "203.0.113.9"),
    ("::ffff:cb00:7109", "203.0.113.9"),
    ("64:ff9b::203.0.113.9", "203.0.113.9"),
    ("2001:db8:1:2::3", "2001:db8:1:2::3"),
    ("2001:DB8:0001:2:0:0:0:3", "2001:db8:1:2::3"),
    ("[2001:db8:1:2::3]", "2001:db8:1:2::3"),
    ("[2001:db8:1:2::3]:443", "2001:db8:1:2::3"),
    ('"[2001:db8:1:2::3]:443"', "2001:db8:1:2::3"),
    ("2001:db8:1:2:3:4:5:6:51234", "2001:db8:1:2:3:4:5:6"),
    ("fe80::1%eth0", "fe80::1"),
    ("[fe80::1%25eth0]:443", "fe80::1"),
]
NO_ADDRESS = [
    "",
    " ",
    ":443",
    "[]",
    "[]:443",
    "unknown",
    "_hidden",
    "localhost",
    "proxy.example:443",
    "203.0.113",
    "203.0.113.900",
    "203.0.113.009",
    "203.0.113.9:http",
    "203.0.113.9/24",
    "203.0.113.9%eth0",
    "[203.0.113.9",
    "[2001:db8::3]443",
    "2001:db8::3::4",
    "for=203.0.113.9",
    "203.0.113.9 203.0.113.10",
    "0.0.0.0:80",
    "::",
    "[::]:443",
    "٣.0.113.9",
    "1" * 5_000,
    "203.0.113.9" + " " * 200 + "x",
    "2001:db8::3\x00",
]


@pytest.mark.parametrize(("told", "plain"), SPELLINGS)
def test_an_address_is_the_same_however_it_is_written(told, plain):
    assert plain_address(told) == plain
    assert network_hash(KEY, told) == network_hash(KEY, plain)
    assert line_hash(KEY, told) == line_hash(KEY, plain)
    assert coarse_network(told) == coarse_network(plain) != ""


@pytest.mark.parametrize("told", NO_ADDRESS)
def test_what_is_no_address_is_no_key_either(told):
    assert (
        plain_address(told),
        coarse_network(told),
        network_hash(KEY, told),
        line_hash(KEY, told),
    ) == ("",) * 4


def test_what_is_longer_than_a_hundred_characters_is_no_address():
    longest = "203.0.113.9".ljust(100)

    assert plain_address(longest) == "203.0.113.9"
    assert plain_address(longest + " ") == ""


def test_a_network_is_coarse_and_a_line_is_what_one_subscriber_has():
    assert coarse_network("203.0.113.9:51234") == "203.0.113.0/24"
    assert coarse_network("[2001:db8:1:2::3]:443") == "2001:db8:1::/48"
    assert (
        line_hash(KEY, "2001:db8:1:2::3")
        == line_hash(KEY, "2001:db8:1:2:ffff::9")
        != line_hash(KEY, "2001:db8:1:3::")
    )
    assert line_hash(KEY, "203.0.113.9") != line_hash(KEY, "203.0.113.10")
    assert coarse_network("64:ff9b::203.0.113.9") != coarse_network("64:ff9b::198.51.100.9")
