"""The door to the login library (Flask-Security): what of it is there, with which settings, in
whose words.

Which pages it has stands in `mount`; why a library, and what of it was switched off:
docs/decisions/0006.
"""

from intake.staff.login.after_password import continue_session_as, go_on_to_second_factor
from intake.staff.login.counting import counted
from intake.staff.login.mount import mount
from intake.staff.login.origin import link_of
from intake.staff.login.password import hashed, is_password_of, problem_of_new

__all__ = [
    "continue_session_as",
    "counted",
    "go_on_to_second_factor",
    "hashed",
    "is_password_of",
    "link_of",
    "mount",
    "problem_of_new",
]
