"""“Verify now”: everything that `intake consent verify` looks at, told step by step while it goes
on.

It is told in words what was compared with what, so that whoever reads it knows what “in order”
means, and what it does not: only a checkpoint that was kept elsewhere finds a whole database that
was put back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from intake.consent.reconcile import reconciling
from intake.counted import counted
from intake.db import Database
from intake.ledger.alarm import standing_alarms
from intake.ledger.audit import Audit, auditing
from intake.ledger.comparison import LogComparison, compare
from intake.ledger.kept_checkpoints import KeptNote, committed, kept_here
from intake.ledger.keys import known_keys
from intake.ledger.signing import VerifierKey
from intake.staff.reconcile import reconciling_accesses

MOST = 100
"""So many findings are told in words; of more only the number is."""


@dataclass(frozen=True)
class ProgressLine:
    """One line: that something goes on, that it was looked at, or what is wrong."""

    kind: str
    """"doing", "done", "wrong", or the last one: "in order" or "not in order"."""
    words: str


def checking(database: Database, clinic: str, folder: Path) -> Iterator[ProgressLine]:
    """Look at everything, and say so line by line; *folder* holds the keys and what was kept beside
    them.
    """
    wrong, kept = 0, kept_here(folder)
    with database.reading() as session:
        compared = compare(session, folder)
        parts = (
            _signed(compared, folder),
            _ledger(session, known_keys(folder), committed(kept, compared)),
            _events(session, clinic),
            _accesses(session),
        )
        for part in parts:
            findings = 0
            for told in part:
                findings += told.kind == "wrong"
                if told.kind != "wrong" or findings <= MOST:
                    yield told
            if findings > MOST:
                yield ProgressLine(
                    "wrong", f"… and {counted(findings - MOST, 'more finding')} of this kind"
                )
            wrong += findings
    if wrong:
        yield ProgressLine(
            "not in order",
            f"{counted(wrong, 'finding')}. Keep this page, and find out who had the database.",
        )
    else:
        yield ProgressLine(
            "in order",
            "Everything that was recorded is there, unaltered, in the order in which it was "
            "signed.",
        )


def _signed(compared: LogComparison, folder: Path) -> Iterator[ProgressLine]:
    alarms = [alarm.sentence for alarm in standing_alarms(folder).values()]
    if compared.is_alarm:
        alarms.append(compared.sentence)
    yield from (ProgressLine("wrong", sentence) for sentence in dict.fromkeys(alarms))
    if not compared.is_alarm:
        yield ProgressLine(
            "done",
            (
                "The ledger was compared with the last signed head beside the key: "
                f"{compared.sentence}."
            ),
        )


def _ledger(
    session: Session, keys: Sequence[VerifierKey], anchors: Sequence[KeptNote]
) -> Iterator[ProgressLine]:
    found = Audit()
    yield ProgressLine("doing", "Hashing every entry of the ledger anew …")
    for size in auditing(session, keys, anchors, found):
        yield ProgressLine("doing", f"{size:,} entries hashed")
    yield from (ProgressLine("wrong", sentence) for sentence in found.wrong)
    yield from (ProgressLine("done", f"Restarted: {sentence}.") for sentence in found.restarted)
    entries, known = (
        counted(found.size, "entry was", "entries were"),
        counted(len(keys), "known key"),
    )
    kept = counted(len(anchors), "checkpoint")
    yield ProgressLine(
        "done",
        f"{entries} hashed anew and compared with every signed checkpoint, under {known}, and with "
        f"{kept} kept beside the key. The sheet’s tab “Ledger” and the auditor’s own checkpoints "
        "were not asked.",
    )
    if found.unsealed:
        waiting = counted(found.unsealed, "entry that waits", "entries that wait")
        yield ProgressLine("done", f"The bytes of {waiting} to be sealed were hashed too.")


def _events(session: Session, clinic: str) -> Iterator[ProgressLine]:
    yield ProgressLine(
        "doing", "Comparing consent events, words and looks of the form with their records …"
    )
    yield from _compared(reconciling(session, clinic), 1)
    yield ProgressLine(
        "done",
        "Each request, consent event, statement and look of the form was compared with its record, "
        "and so were the order of each person’s events, address hashes, erasures and the "
        "suppression list.",
    )


def _accesses(session: Session) -> Iterator[ProgressLine]:
    yield ProgressLine("doing", "Comparing the access log with its records …")
    yield from _compared(reconciling_accesses(session), 20)
    yield ProgressLine(
        "done",
        (
            "Each line of the access log and each account was compared with its record, and "
            "each record with its line."
        ),
    )


def _compared(sentences: Iterator[str], every: int) -> Iterator[ProgressLine]:
    """Findings as they come; "" in between is another portion that was looked at, told *every* so
    many times.
    """
    portions = 0
    for sentence in sentences:
        portions += not sentence
        if sentence:
            yield ProgressLine("wrong", sentence)
        elif portions % every == 0:
            yield ProgressLine("doing", f"Portion {portions} compared")
