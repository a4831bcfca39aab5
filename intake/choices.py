"""The closed questions of the form: what can be answered, as keys for the database and as words for
people.
"""

from intake.languages import mark as _

CONSULT_BY = {"phone": _("Phone"), "online": _("Online (video call)")}
BEST_TIME = {
    "any": _("Any time"),
    "morning": _("Morning"),
    "midday": _("Around noon"),
    "afternoon": _("Afternoon"),
    "evening": _("Evening"),
}
# Each in its own words, so that nobody has to search
CALL_LANGUAGES = {
    "en": "English",
    "fr": "Français",
}
BODY_AREAS = {
    "head_jaw": _("Head or jaw"),
    "neck": _("Neck"),
    "shoulder": _("Shoulder"),
    "arm_elbow": _("Arm or elbow"),
    "wrist_hand": _("Wrist or hand"),
    "upper_back": _("Upper or middle back"),
    "lower_back": _("Lower back"),
    "hip": _("Hip or pelvis"),
    "knee": _("Knee"),
    "ankle_foot": _("Leg, ankle or foot"),
    "elsewhere": _("Somewhere else"),
}
NOT_SURE = "not_sure"
NOT_SURE_WORDS = _("Not sure yet")
