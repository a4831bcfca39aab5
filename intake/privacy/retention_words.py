"""The retention policy in words, a line for each rule, for staff: the command line and the desk's
page.
"""

from collections.abc import Mapping

from intake.config.retention import Retention
from intake.privacy.retention_rules import Rule

NEVER = (
    "An open request, for as long as somebody still has to call",
    (
        "Consent events and their log: evidence under a reference, without a name once the "
        "person is erased"
    ),
    "The suppression list, certificates of erasure, the access log and the breach register",
)
"""What the rule never touches."""
_WORDS: Mapping[str, str] = {
    Rule.SHEET: "requests closed for {sheet_days} days: their rows leave the sheet",
    Rule.HELD: "requests held back as a machine’s for {held_days} days: erased",
    Rule.REQUESTS: "requests closed for {requests_months} months, whose person agreed to no email "
    "within the last "
    "{consent_years} years: erased",
    Rule.DETAILS: "requests closed for {requests_months} months, whose name still proves an "
    "agreement: what hurts and "
    "what staff wrote is emptied",
    Rule.SIGN_INS: "sign-ins that failed {sign_in_days} days ago: deleted",
    Rule.SESSIONS: "sessions of staff that began {sign_in_days} days ago: deleted",
    Rule.LEFTOVERS: "erased requests beside which words came in at that very moment: emptied",
}


def said(rule: str, policy: Retention) -> str:
    """Return what *rule* does by this *policy*."""
    return _WORDS[rule].format(**policy.model_dump())
