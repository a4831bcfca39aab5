"""Do requests that look like a machine's wait for somebody to look at them?"""

from intake.callback.abuse import count_held, count_held_in_bursts
from intake.config import Clinic
from intake.db import Database
from intake.operations.finding import Finding, fine, warning


def check_held(database: Database, clinic: Clinic) -> Finding:
    """Return how many are held back; a real patient may be among them."""
    with database.reading() as session:
        held, in_bursts = count_held(session, clinic.key), count_held_in_bursts(session, clinic.key)
    if not held:
        return fine("held back", "no request looks like a machine's")
    looks = "requests look" if held > 1 else "request looks"
    burst = (
        f" ({in_bursts} came in a burst: more within an hour than on a usual day)"
        if in_bursts
        else ""
    )
    return warning(
        "held back",
        (
            f"{held} {looks} like a machine's and wait for somebody to look{burst}; open the "
            "queue at the admin's desk"
        ),
    )
