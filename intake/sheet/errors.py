"""What can go wrong with the sheet, named by what must happen next. The message is a sentence a
person can act on.
"""


class SheetError(Exception):
    """Never raised itself. `retry_after` is what the other side asked for, in seconds.

    `said` is Google's own text, for the terminal of whoever sets the sheet up: it may quote what
    was sent.
    """

    retry_after: float | None = None
    said: str = ""


class AnswerLost(SheetError):
    """The call may have been carried out or not: ask for the batch's mark before sending again."""


class SheetBusy(SheetError):
    """Refused for now, nothing was carried out: wait, then send again."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SheetNeedsStaff(SheetError):
    """Waiting alone does not help: somebody must do what the message says."""


class SheetRefused(SheetNeedsStaff):
    """The call was not accepted as it is, or its mark is there already."""


class SheetProtected(SheetRefused):
    """A protection of the staff's keeps us out, whatever is sent."""


class SheetFull(SheetRefused):
    """The spreadsheet as a whole takes no more cells, whatever is sent: no row is to blame."""


class SheetTooLarge(SheetRefused):
    """The call was too large and nothing of it was carried out: send less at once."""


class SheetNotShared(SheetNeedsStaff):
    """The service account may not write to the spreadsheet."""


class SheetGone(SheetNeedsStaff):
    """There is no spreadsheet with this id (any more)."""


class SheetNotSetUp(SheetNeedsStaff):
    """The spreadsheet has no queue tab of ours, or columns are missing in it."""


class CredentialsRefused(SheetNeedsStaff):
    """The service account's key cannot be used."""
