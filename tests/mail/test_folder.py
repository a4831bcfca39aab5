"""A folder in the place of a server: what `intake demo` uses."""

import stat
from collections import Counter
from email import message_from_bytes, policy

import pytest

from intake.mail.compose import Letter, compose
from intake.mail.errors import EmailNeedsStaff
from intake.mail.folder import MailboxFolder
from tests.conftest import NOON

PAGE = "https://callback.example.com/consent/" + "ab" * 32


def mail(clinic, mail_id="a" * 32):
    return compose(
        Letter("link", "ana@example.com", "en", mail_id, {"page": PAGE}), clinic, now=NOON
    ).message


def test_each_mail_is_a_whole_file_for_this_account_alone(clinic, tmp_path):
    folder = MailboxFolder(tmp_path / "new" / "mail")

    folder.send(mail(clinic))
    folder.send(mail(clinic, "b" * 32))

    names = sorted(path.name for path in folder.path.iterdir())
    assert [name.rpartition(".")[2] for name in names] == ["eml", "eml"]
    assert [name.split(".")[:2] for name in names] == [["link", "a" * 32], ["link", "b" * 32]]
    assert stat.S_IMODE((folder.path / names[0]).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    message = message_from_bytes((folder.path / names[0]).read_bytes(), policy=policy.default)
    assert PAGE in message.get_body(("plain",)).get_content()


def test_every_copy_of_a_mail_is_kept_and_known_by_its_message_id(clinic, tmp_path):
    folder = MailboxFolder(tmp_path)

    for mail_id in ("a" * 32, "b" * 32, "a" * 32, "a" * 32):
        folder.send(mail(clinic, mail_id))

    kept = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.iterdir()
    ]
    assert sorted(Counter(str(one["Message-ID"]) for one in kept).values()) == [1, 3]
    assert [path.suffix for path in tmp_path.iterdir()] == [".eml"] * 4


def test_a_folder_that_cannot_be_written_is_named(clinic, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(
        EmailNeedsStaff,
        match=r"file/mail cannot be written \(Not a directory\); correct INTAKE_SMTP_URL",
    ):
        MailboxFolder(tmp_path / "file" / "mail").send(mail(clinic))
