"""Why an address or a port cannot be had, each in a sentence of its own that names the option."""

import errno
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.listening import CannotListen, addresses_to_listen_on, without_brackets


@pytest.fixture
def taken():
    """A port at which somebody else listens, in both families."""
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::", 0))
        other.listen()
        yield other.getsockname()[1]


def said(host, port, **options):
    with pytest.raises(CannotListen) as caught:
        addresses_to_listen_on(host, port, **options)
    return str(caught.value)


@pytest.fixture
def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104
        ("::", "[::]"),
        ("127.0.0.2", "127.0.0.2"),
    ],
)
def test_addresses_of_both_families_are_listened_on(free, host, address):
    assert addresses_to_listen_on(host, free) == [f"{address}:{free}"]


def test_a_name_is_listened_on_at_every_address_that_this_computer_has(free):
    assert f"127.0.0.1:{free}" in addresses_to_listen_on("localhost", free)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_port_in_use_is_told(taken, host):
    assert said(host, taken) == f"Port {taken} is in use; give another one with --port."
    assert "with SHEET_PORT=." in said(host, taken, port_option="SHEET_PORT=")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_of_somebody_else_is_told(free, host):
    assert said(host, free).startswith(
        f"{host} is no address of this computer; give one of its own with --host"
    )


@pytest.mark.parametrize(
    "host", ["no-such-name.invalid", "", "a b", "x" * 300, "300.1.1.1", "[::1", "::1]"]
)
def test_a_name_that_nobody_knows_is_told(free, host):
    assert said(host, free).endswith(
        "is no name or address that this computer knows; correct --host."
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "kept for the system’s own account"),
        (errno.EAFNOSUPPORT, "IPv6 may be off"),
        (errno.EMFILE, "cannot be listened on at port"),
    ],
)
def test_what_depends_on_the_machine_is_told_by_the_kernels_number(
    free, monkeypatch, number, words
):
    def refuse(*_):
        raise OSError(number, "words of the kernel")

    monkeypatch.setattr("intake.listening._try", refuse)

    assert words in said("127.0.0.1", free)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999", "http"])
@pytest.mark.parametrize(
    "option", [("serve", "--port"), ("demo", "--port"), ("demo", "--sheet-port")]
)
def test_a_number_that_is_no_port_is_told_by_its_option(option, port):
    command, name = option

    result = CliRunner().invoke(main, [command, name, port])

    assert result.exit_code == 2
    assert f"Invalid value for '{name}'" in result.output


def test_the_stand_in_says_the_same(taken):
    for port, words in ((str(taken), "is in use"), ("99999", "is no port")):
        command = [
            sys.executable,
            "-m",
            "intake.demo.sandbox",
            "--port",
            port,
            "--data",
            "/nowhere/at/all",
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr


def test_brackets_are_for_browsers():
    assert [without_brackets(host) for host in ("[::1]", "::1", "localhost")] == [
        "::1",
        "::1",
        "localhost",
    ]


def test_the_web_form_is_served_at_an_ipv6_address(free, monkeypatch, tmp_path):
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    started: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "granian.Granian.serve", lambda self, **_: started.append((self.bind_addr, self.bind_port))
    )
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0

    for host in ("::1", "[::1]"):
        result = CliRunner().invoke(main, ["serve", "--host", host, "--port", str(free)])
        assert result.exit_code == 0, result.output

    assert started == [("::1", free)] * 2
