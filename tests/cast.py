"""The people in pictures and documents: invented, with numbers that belong to nobody (555-01xx)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Patient:
    """Somebody who fills in the form."""

    name: str
    phone: str
    email: str
    language: str
    answers: dict[str, str] = field(default_factory=dict)
    """What they answer besides, by field of the form."""


ANA = Patient(
    "Ana Beaulieu",
    "416 555 0112",
    "ana.beaulieu@example.com",
    "en",
    {
        "best_time": "morning",
        "voicemail_ok": "y",
        "services": "physiotherapy",
        "body_areas": "knee",
        "agree_reminders": "y",
        "agree_care": "y",
    },
)
LUC = Patient(
    "Luc Tremblay",
    "514 555 0134",
    "luc.tremblay@example.com",
    "fr",
    {
        "best_time": "evening",
        "call_language": "fr",
        "services": "massage_therapy",
        "agree_reminders": "y",
    },
)
MEI = Patient(
    "Mei Chen",
    "613 555 0156",
    "mei.chen@example.com",
    "en",
    {
        "consult_by": "online",
        "consult_with": "physiotherapist",
        "body_areas": "neck",
        "agree_news": "y",
    },
)
NOAH = Patient("Noah Singh", "905 555 0178", "", "en", {"best_time": "any"})
PATIENTS = (ANA, LUC, MEI, NOAH)
