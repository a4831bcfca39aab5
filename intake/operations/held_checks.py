"""Do requests that look like a machine's wait for somebody to look at them?"""

from intake.callback.abuse import count_held
from intake.config import Clinic
from intake.db import Database
from intake.operations.finding import Finding, fine, warning


def check_held(database: Database, clinic: Clinic) -> Finding:
    """How many are held back; a real patient may be among them."""
    with database.reading() as session:
        held = count_held(session, clinic.key)
    if held:
        looks = "requests look" if held > 1 else "request looks"
        return warning(
            "held back",
            f"{held} {looks} like a machine's and wait for somebody to look; open the queue at the admin's desk",
        )
    return fine("held back", "no request looks like a machine's")
