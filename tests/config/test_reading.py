"""Files that people prepare, as their tools write them: taken where the meaning is clear, else
explained.
"""

import errno
import json
from pathlib import Path

import pytest

from intake.config import ConfigError, Settings, load_clinic, read_service_key
from intake.config.folders import make_database_file
from intake.config.google import read_spreadsheet_id
from tests.conftest import ROOT

CLINIC = (ROOT / "clinic.toml").read_text(encoding="utf-8")
KEY = {
    "type": "service_account",
    "client_email": "a@b.example",
    "private_key": "x",
    "token_uri": "https://x.example",
}
ID = "1AbC-d_E23456789"
SHEET = f"https://docs.google.com/spreadsheets/d/{ID}"


def refused(read, *arguments):
    with pytest.raises(ConfigError) as caught:
        read(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_clinic_file_may_have_a_byte_order_mark_and_windows_line_ends(tmp_path, before, line_end):
    path = tmp_path / "clinic.toml"
    path.write_bytes((before + CLINIC).replace("\n", line_end).encode())

    assert load_clinic(path).legal_name == load_clinic(ROOT / "clinic.toml").legal_name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CLINIC.encode("cp1252"), "not in UTF-8: line"),
        ('name = "Clinique Santé"\n'.encode("mac-roman"), "not in UTF-8: line 1"),
        (CLINIC.encode("utf-16"), "UTF-16"),
        (CLINIC.encode("utf-16-be"), "UTF-16"),
        (CLINIC.encode("utf-32"), "UTF-16"),
        (b"{\\rtf1\\ansi", "is not a TOML file"),
        (b"PK\x03\x04\x00\x00", "no text at all"),
    ],
)
def test_a_clinic_file_in_another_encoding_is_told_with_the_remedy(tmp_path, content, said):
    path = tmp_path / "clinic.toml"
    path.write_bytes(content)

    sentence = refused(load_clinic, path)

    assert sentence.startswith(f"INTAKE_CLINIC: {path} ")
    assert said in sentence
    assert "UTF-8" in sentence or "TOML" in sentence


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path):
    assert f"INTAKE_CLINIC: {tmp_path} is a folder; give the path of a clinic file" in refused(
        load_clinic, tmp_path
    )
    assert "INTAKE_GOOGLE_CREDENTIALS" in refused(read_service_key, tmp_path)
    assert "is a folder" in refused(read_service_key, tmp_path)
    assert "INTAKE_SECRET_KEY_FILE" in refused(
        Settings.from_environ, {"INTAKE_SECRET_KEY_FILE": str(tmp_path)}
    )
    assert "is a folder" in refused(make_database_file, tmp_path)
    (tmp_path / "secret_key").mkdir()
    assert "INTAKE_INSTANCE" in refused(Settings(instance=tmp_path).secret)


@pytest.mark.parametrize(
    "content", [json.dumps(KEY).encode(), b"\xef\xbb\xbf" + json.dumps(KEY, indent=2).encode()]
)
def test_a_key_file_may_have_a_byte_order_mark(tmp_path, content):
    path = tmp_path / "key.json"
    path.write_bytes(content)

    assert read_service_key(path) == KEY


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps({"installed": {"client_id": "x", "client_secret": "y"}}), "OAuth client"),
        (json.dumps({"web": {"client_id": "x"}}), "OAuth client"),
        (json.dumps({"type": "authorized_user", "refresh_token": "x"}), "somebody’s own sign-in"),
        (json.dumps({"type": "external_account"}), "another provider"),
        (json.dumps({"hello": 1}), "is no service account key"),
        (json.dumps({"type": ["service_account"]}), "is no service account key"),
        (json.dumps(KEY | {"private_key": None}), "lacks private_key"),
        (json.dumps({"type": "service_account"}), "lacks client_email, private_key, token_uri"),
        ("[]", "is no service account key"),
        ("", "is no JSON"),
        ("-----BEGIN PRIVATE KEY-----", "is no JSON"),
    ],
)
def test_a_file_that_is_no_service_account_key_is_told_by_what_it_is(tmp_path, content, said):
    path = tmp_path / "key.json"
    path.write_text(content)

    sentence = refused(read_service_key, path)

    assert sentence.startswith(f"INTAKE_GOOGLE_CREDENTIALS: {path} ")
    assert said in sentence
    assert "add a key of type JSON" in sentence


def test_a_p12_key_is_told(tmp_path):
    (tmp_path / "key.p12").write_bytes(b"0\x82\x04\xa4\x02\x01\x03\x00\x00" * 9)

    assert "no text at all" in refused(read_service_key, tmp_path / "key.p12")


@pytest.mark.parametrize(
    "given",
    [
        ID,
        f" {ID}\n",
        SHEET,
        f"{SHEET}/",
        f"{SHEET}/edit",
        f"{SHEET}/edit?usp=sharing#gid=0",
        f"{SHEET}/edit#gid=12",
        f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit?gid=0",
        f"https://drive.google.com/file/d/{ID}/view",
        f"https://docs.google.com/a/clinic.example/spreadsheets/d/{ID}/edit",
        f"https://drive.google.com/open?id={ID}",
    ],
)
def test_a_spreadsheet_is_named_by_its_id_or_by_its_address(given):
    assert read_spreadsheet_id(given) == ID
    assert Settings(google_credentials=Path("key.json"), spreadsheet_id=given).spreadsheet_id == ID


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("https://docs.google.com/spreadsheets/d/e/2PACX-1vQ/pubhtml", "a published copy"),
        ("https://docs.google.com/spreadsheets/u/0/", "between /d/ and /edit"),
        (f"https://evil.example/spreadsheets/d/{ID}/edit", "between /d/ and /edit"),
        ("Callback queue", "between /d/ and /edit"),
        ("1AbC…", "between /d/ and /edit"),
    ],
)
def test_what_names_no_spreadsheet_is_told_by_its_setting(given, said):
    environ = {"INTAKE_SPREADSHEET_ID": given, "INTAKE_GOOGLE_CREDENTIALS": "key.json"}

    sentence = refused(Settings.from_environ, environ)

    assert sentence.startswith("INTAKE_SPREADSHEET_ID: ")
    assert said in sentence


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "SECRET_KEY",
            b"\xef\xbb\xbf" + b"0123456789abcdefghijklmnopqrstuvwxyz",
            "invisible mark (BOM)",
        ),
        ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz".encode("utf-16"), "UTF-16"),
        ("SECRET_KEY", b" \n", "is empty"),
        ("DATABASE_URL", b"", "is empty"),
        ("SMTP_URL", "smtp://é".encode("cp1252"), "not in UTF-8"),
    ],
)
def test_a_file_with_a_secret_is_told_by_its_setting(tmp_path, name, content, said):
    path = tmp_path / "secret"
    path.write_bytes(content)

    sentence = refused(Settings.from_environ, {f"INTAKE_{name}_FILE": str(path)})

    assert sentence.startswith(f"INTAKE_{name}_FILE: {path} ")
    assert said in sentence


def test_an_address_in_a_file_may_have_a_byte_order_mark(tmp_path):
    path = tmp_path / "url"
    path.write_bytes(b"\xef\xbb\xbfpostgresql://intake@db/intake\r\n")

    settings = Settings.from_environ({"INTAKE_DATABASE_URL_FILE": str(path)})

    assert settings.database_url == "postgresql://intake@db/intake"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT])
def test_a_place_that_cannot_be_written_is_told_by_its_setting(tmp_path, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, "what the system says")

    monkeypatch.setattr(Path, "touch", refuse)

    for read, arguments in (
        (Settings(instance=tmp_path).secret, ()),
        (make_database_file, (tmp_path / "x.db",)),
    ):
        sentence = refused(read, *arguments)
        assert "INTAKE_INSTANCE" in sentence
        assert "what the system says" in sentence
