"""What the installation is told from outside: `Settings` from the environment, `Clinic` from
clinic.toml.
"""

from intake.config.clinic import Clinic, Offer, QueueConfig, Sender, load_clinic
from intake.config.errors import ConfigError
from intake.config.folders import make_database_file
from intake.config.google import read_service_key
from intake.config.mail import MailFolder, MailServer
from intake.config.production import require_reachable_name, require_safe
from intake.config.public_url import is_this_computer
from intake.config.settings import Settings

__all__ = [
    "Clinic",
    "ConfigError",
    "MailFolder",
    "MailServer",
    "Offer",
    "QueueConfig",
    "Sender",
    "Settings",
    "is_this_computer",
    "load_clinic",
    "make_database_file",
    "read_service_key",
    "require_reachable_name",
    "require_safe",
]
