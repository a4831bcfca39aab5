"""The forms of a person's page. Several stand on one page: each has a prefix of its own."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from intake.admin.form import TidyForm
from intake.admin.reason import Reason
from intake.callback.fields import OneOf
from intake.privacy.correct import FIELDS

LONGEST = 500
TOO_LONG = f"Use {LONGEST} characters or fewer"


class FindForm(TidyForm):
    """Which request."""

    ref = StringField(
        "Reference",
        [DataRequired("Enter the reference of the request, like K7F-2QGX")],
        description="It stands on the person’s confirmation and in column A of the sheet",
    )


class PrivacyReasonForm(TidyForm):
    """Why something is done that is not a matter of course."""

    reason = Reason(needed="Say why", longest=LONGEST)


class CorrectForm(TidyForm):
    """What is to be corrected, to what, and why."""

    field = OneOf("What is to be corrected", choices=dict(FIELDS), validate_choice=False)
    value = StringField(
        "What it should say",
        [Length(max=LONGEST, message=TOO_LONG)],
        description="Yes or no for voicemail, en or fr for the language",
    )
    reason = Reason(needed="Say why, and who asked for it", longest=LONGEST)
