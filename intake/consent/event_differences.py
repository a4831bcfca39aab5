"""What does a consent event say otherwise than its record in the ledger?"""

from collections.abc import Iterator, Mapping

from intake.consent.record import event_facts
from intake.consent.recorded import Record, recorded_answer
from intake.ledger import Value, commitment
from intake.models import ConsentEvent


def differences_of_event(
    event: ConsentEvent,
    canonical: bytes,
    ref: str,
    words: str | None,
    salt: bytes | None,
    values: Mapping[str, str] | None,
) -> Iterator[str]:
    """Tell what an event’s row and its surroundings say otherwise than its record, whose bytes are
    *canonical*.

    The surroundings: its request's *ref* and *salt*, the digest of the *words* that it points to,
    and the *values* that open its commitments (none for an erased person).
    """
    return differences_of(event_facts(event), canonical, ref, words, commitments_to(salt, values))


def commitments_to(
    salt: bytes | None, values: Mapping[str, str] | None
) -> Mapping[str, str] | None:
    """Return the commitment to each of *values*; None where the person was erased and nothing opens
    a commitment.
    """
    if salt is None or values is None:
        return None
    return {field: commitment(salt, field, value) for field, value in values.items()}


def differences_of(
    facts: Mapping[str, Value],
    canonical: bytes,
    ref: str,
    words: str | None,
    person: Mapping[str, str] | None,
) -> Iterator[str]:
    """Tell the differences of an event that is given by its *facts* and by the commitments to its
    *person*.
    """
    try:
        record = recorded_answer(canonical, str(facts["id"]))
    except ValueError:
        yield "its record cannot be read"
        return
    if record is None:
        yield "the record that it points to tells of other events"
        return
    if not facts.items() <= record.items():
        yield from _recorded_otherwise(facts, record)
    if record.get("request") != ref:
        yield f"it was recorded for request {record.get('request')}, the row belongs to {ref}"
    if words is not None and words != facts["statement_sha256"]:
        yield "it points to a statement with other words"
    if person is not None:
        yield from _opened(record, person)


def _recorded_otherwise(facts: Mapping[str, Value], record: Record) -> Iterator[str]:
    for name, value in facts.items():
        # Records of former releases lack some of the facts
        if name in record and record[name] != value:
            yield f"{name} was recorded as “{record[name]}”, the row says “{value}”"


def _opened(record: Record, person: Mapping[str, str]) -> Iterator[str]:
    bound = record.get("person") or {}
    if bound.items() <= person.items():
        return
    for field, recorded in bound.items():
        if recorded and field not in person:
            yield f"the person's {field} was recorded and is gone from the row"
        elif recorded and person[field] != recorded:
            yield f"the person's {field} is not the one that was recorded"
