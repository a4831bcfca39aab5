"""What the ledger recorded of an answer on consent: in a record of its own, or in that of the
request it came with.

The answers of a form are one act with the request, and one record holds them: under `consents`, by
their ids. What they all say stands once, under `said_by_all`. Nothing in an answer is personal: the
commitments stand beside them, once.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from intake.ledger import Value

Record = Mapping[str, Any]
CONSENTS, SHARED = "consents", "said_by_all"
PERSONAL = ("name", "phone", "email", "network", "network_hash", "browser", "reason")
"""The fields of a person that an answer is bound to. A request is bound to others, which are not an
answer's.
"""


def shared_and_own(answers: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """Return the part of a request's record that tells of the *answers* which came with it, each
    with its `id`.
    """
    shared = dict(set.intersection(*(set(one.items()) for one in answers)))
    shared.pop("id", None)  # of a single answer
    consents = {
        str(one["id"]): {
            name: value for name, value in one.items() if name != "id" and name not in shared
        }
        for one in answers
    }
    return {SHARED: shared, CONSENTS: consents}


def recorded_answers(record: Record) -> dict[str, Record]:
    """Return the answers on consent that a record of either kind tells of, by their ids, as one of
    its own would.
    """
    if CONSENTS not in record:
        return {record["id"]: record} if record.get("kind") == "consent" else {}
    bound = record.get("person") or {}
    shared = {
        "clinic": record.get("clinic"),
        "request": record.get("request"),
        "person": {field: bound[field] for field in PERSONAL if field in bound},
        **(record.get(SHARED) or {}),
    }
    return {uid: {**shared, **own, "id": uid} for uid, own in record[CONSENTS].items()}


def recorded_answer(canonical: bytes, uid: str) -> Record | None:
    """Return what the record with the bytes *canonical* tells of the answer *uid*; None where it
    tells of none such.

    Raises ValueError where the bytes are no record.
    """
    return _answers_in(canonical).get(uid)


def number_of_answers(canonical: bytes) -> int:
    """Return how many answers stand in a record; 0 where it cannot be read."""
    try:
        return len(_answers_in(canonical))
    except ValueError:
        return 0


@lru_cache(maxsize=16)
def _answers_in(canonical: bytes) -> dict[str, Record]:
    """Kept for a moment: the answers of one form are asked for one after the other."""
    try:
        return recorded_answers(json.loads(canonical.decode()))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("the record is not of a form that tells of answers") from None
