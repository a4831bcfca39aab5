"""A folder in the place of a server: what `intake demo` uses."""

import stat
from email import message_from_bytes, policy

import pytest

from intake.mail.compose import Letter, compose
from intake.mail.errors import NeedsPerson
from intake.mail.folder import MailboxFolder
from tests.conftest import NOON

PAGE = "https://callback.example.com/consent/" + "ab" * 32


def mail(clinic, mail_id="a" * 32):
    return compose(Letter("link", "ana@example.com", "en", mail_id, {"page": PAGE}), clinic, now=NOON).message


def test_each_mail_is_a_whole_file_for_this_account_alone(clinic, tmp_path):
    folder = MailboxFolder(tmp_path / "new" / "mail")

    folder.send(mail(clinic))
    folder.send(mail(clinic, "b" * 32))

    names = sorted(path.name for path in folder.path.iterdir())
    assert names == [f"link.{'a' * 32}.eml", f"link.{'b' * 32}.eml"]
    assert stat.S_IMODE((folder.path / names[0]).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    message = message_from_bytes((folder.path / names[0]).read_bytes(), policy=policy.default)
    assert PAGE in message.get_body(("plain",)).get_content()


def test_a_second_copy_takes_the_place_of_the_first(clinic, tmp_path):
    folder = MailboxFolder(tmp_path)

    folder.send(mail(clinic))
    folder.send(mail(clinic))

    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_named(clinic, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(NeedsPerson, match=r"file/mail cannot be written \(Not a directory\); correct INTAKE_SMTP_URL"):
        MailboxFolder(tmp_path / "file" / "mail").send(mail(clinic))
