"""Stores submissions for all threads of a process: those that wait at the same time share a
commit.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from intake.callback.draft import Draft, Submission, draft
from intake.callback.outcome import Outcome
from intake.callback.submit import submit_together
from intake.config import Clinic
from intake.db import Database
from intake.fair_lock import FairLock
from intake.group_commit import GroupCommit


class Submissions:
    """The way of a validated form into the database."""

    def __init__(self, database: Database, clinic: Clinic, address_key: bytes) -> None:
        self._clinic, self._address_key = clinic, address_key
        self._together = GroupCommit[Draft, Outcome](database, self._submit)

    @property
    def preparing(self) -> FairLock:
        """The lock to hold while a form is checked and handed in. Those that wait for it are stored
        together.
        """
        return self._together.preparing

    def hand_in(self, submission: Submission) -> Callable[[], Outcome]:
        """Queue *submission* to be stored, and return a function that waits until it is on disk."""
        return self._together.hand_in(
            draft(submission, clinic=self._clinic, address_key=self._address_key)
        )

    def _submit(self, session: Session, drafts: Sequence[Draft]) -> Sequence[Outcome]:
        return submit_together(session, drafts, clinic=self._clinic, address_key=self._address_key)
