"""A folder in the place of a mail server: each mail becomes a file that is whole or not there.

A mailbox keeps every copy that it is given, so this one does as well: mail goes out at least once,
and whoever counts the copies must see them all. A second copy is known by its Message-ID.
"""

import os
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from intake.mail.errors import EmailNeedsStaff


@dataclass(frozen=True)
class MailboxFolder:
    """Files are named after the Message-ID, and each copy has a name of its own."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Write *message*, for this account alone. Raises `EmailNeedsStaff` where that is not
        possible.
        """
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made with mode 0600
            handle, draft = tempfile.mkstemp(dir=self.path, prefix=f".{name}.", suffix=".eml")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self.path / Path(draft).name.removeprefix("."))
        except OSError as error:
            raise self._explained(error) from error

    def greet(self) -> str:
        """Return a sentence for people. Raises as `send` does."""
        if self.path.exists() and not os.access(self.path, os.W_OK):
            raise self._explained(PermissionError(13, "Permission denied"))
        return f"mails are put into {self.path}, for somebody to look at; none reaches a patient"

    def _explained(self, error: OSError) -> EmailNeedsStaff:
        return EmailNeedsStaff(
            f"{self.path} cannot be written ({error.strerror}); correct INTAKE_SMTP_URL."
        )
