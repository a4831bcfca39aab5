"""The installation's secret where none is given: made on the first start, and kept in the instance
folder.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from intake.config.errors import ConfigError
from intake.config.folders import CHOOSE_FOLDER, make_folder
from intake.config.reading import read_prepared
from intake.config.secrets import weakness

INSTANCE = "INTAKE_INSTANCE"


def kept_secret(place: Path) -> str:
    """Return the secret that is kept at *place*; make one where there is none. Raises
    `ConfigError`.
    """
    make_folder(place.parent)
    if not place.exists():
        _make_secret(place)
    kept = read_prepared(place, INSTANCE, "a folder whose secret_key this account may read").strip()
    if problem := weakness(kept):
        raise ConfigError(f"{place}: the secret that is kept there {problem}.")
    return kept


def _make_secret(place: Path) -> None:
    draft = place.with_name(f".secret_key.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        # Of several processes the first wins; the others read what it wrote
        with suppress(FileExistsError):
            place.hardlink_to(draft)
        draft.unlink()
    except OSError as error:
        raise ConfigError(
            f"{INSTANCE}: {place} cannot be made ({error.strerror}); {CHOOSE_FOLDER}"
        ) from None
