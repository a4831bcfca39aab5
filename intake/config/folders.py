"""Folders and files that the house makes for itself, for this account only."""

from pathlib import Path

from intake.config.errors import ConfigError

CHOOSE_FOLDER = "choose a folder that may be written"


def make_folder(folder: Path) -> None:
    """Make *folder*. Raises `ConfigError` where that is not possible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"INTAKE_INSTANCE: {folder} cannot be made ({error.strerror}); {CHOOSE_FOLDER}"
        ) from None


def make_database_file(path: Path) -> None:
    """Make the empty file *path*, unless it is there. Raises `ConfigError` where that is not
    possible.
    """
    name = "INTAKE_INSTANCE or INTAKE_DATABASE_URL"
    if path.is_dir():
        raise ConfigError(f"{name}: {path} is a folder; give the path of the database’s file in it")
    make_folder(path.parent)
    if not path.exists():
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise ConfigError(
                f"{name}: {path} cannot be made ({error.strerror}); {CHOOSE_FOLDER}"
            ) from None
