"""What is asked before a closed request is opened again."""

from intake.admin.form import TidyForm
from intake.admin.reason import NOT_THE_PERSON, Reason


class ReopenForm(TidyForm):
    """Why it is to be called again."""

    reason = Reason(
        needed="Enter why this request is to be called again",
        longest=200,
        description=NOT_THE_PERSON,
    )
