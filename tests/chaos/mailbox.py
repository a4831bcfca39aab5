"""What lies in the patients' mailboxes: each mail at least once, and every copy known by its
Message-ID.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from intake.mail.deliver import HOLD, MailDelivery
from intake.mail.folder import MailboxFolder
from tests.chaos.world import World


def address_of(name: str) -> str:
    """The mailbox of a patient, whose alone it is."""
    return f"{name.lower()}@example.com"


def deliver_what_is_held(world: World) -> None:
    """Send what a killed relay had begun: others leave it alone for some minutes, which nobody
    waits for here.
    """
    delivery = MailDelivery(
        world.database, MailboxFolder(world.mail), world.clinic, world.public_url
    )
    later = datetime.now(UTC) + HOLD + timedelta(minutes=1)
    while delivery.step(later).done:
        pass


def copies(world: World) -> dict[str, Counter[str]]:
    """By mailbox, how many copies of each Message-ID lie there."""
    found = defaultdict[str, Counter[str]](Counter)
    for path in world.mail.glob("[!.]*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[str(mail["To"])][str(mail["Message-ID"])] += 1
    return found


def doubled(world: World) -> int:
    """How many mails came more often than once."""
    return sum(copies - 1 for found in copies(world).values() for copies in found.values())


def wrong_mails(world: World) -> Iterator[str]:
    """Each broken promise as a sentence: who has no acknowledgement, who has two that are not
    copies of one.
    """
    found = copies(world)
    for name in world.leads:
        different = len(found[address_of(name)])
        if different > 1:
            yield f"{name} has {different} acknowledgements that no Message-ID tells to be one"
        if different < 1 and name not in world.locked:  # who is locked is sent nothing meanwhile
            yield f"{name} has no acknowledgement"
    could_double = sum(world.done[kind] for kind in ("relay 1", "relay 2", "database"))
    if doubled(world) > could_double:
        yield (
            f"{doubled(world)} mails came twice, and only {could_double} times a relay was cut off"
        )
