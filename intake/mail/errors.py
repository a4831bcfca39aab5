"""What can go wrong with a mail, named by what must happen next: a sentence that holds no
address.
"""


class MailError(Exception):
    """Never raised itself."""


class ServerAway(MailError):
    """The server cannot be reached, is busy or broke off: every mail waits. This one may have been
    taken or not.
    """


class EmailNeedsStaff(MailError):
    """Waiting alone does not help: a setting must be put right, and every mail waits for it."""


class NotNow(MailError):
    """The server does not take this mail for now, others perhaps."""


class EmailRefused(MailError):
    """The server will never take this mail."""
