"""A small log as the house writes it, and packs of evidence from it."""

import importlib.util
import io
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any

from intake.consent.recorded import shared_and_own
from intake.ledger import canonical_bytes, commitment, field_salt, leaf_hash
from intake.ledger.merkle import LeafList, root
from intake.ledger.note import Checkpoint, sign_checkpoint
from intake.ledger.pack import Entry, Evidence, Opening, Statement, build_pack_files, sums, zip_pack
from intake.ledger.proofs import inclusion_proof
from intake.ledger.signing import Signer
from tests.conftest import ROOT

ALONE = ROOT / "intake" / "ledger" / "verifier.py"
ORIGIN = "clinic.example/consent"
SIGNER = Signer(ORIGIN, bytes(range(32)))
KEY = str(SIGNER.verifier)
SALT = b"salt of the person".ljust(32, b".")
PERSON = {"name": "Ana O’Neil-Đặng", "phone": "+14165550123", "email": None}
HTML = "<p>Email me news</p>"


def _statement(version: int, language: str, box: str, hint: str, notice: str) -> Statement:
    digest = sha256(f"{box}\n\n{hint}\n\n{notice}".encode()).hexdigest()
    return Statement(version, language, "news", "email", box, hint, notice, digest)


STATEMENTS = [
    _statement(1, "en", "Email me news", "A few times a year", "Clinic asks.\nYou can withdraw."),
    _statement(2, "en", "Email me news", "A few times a year", "Clinic asks.\nYou can withdraw."),
    _statement(
        2, "fr", "Écrivez-moi", "Quelques fois par an", "La clinique demande.\nVous pouvez retirer."
    ),
]


def load_alone():
    """The verifier as it is where nothing of the house is installed: one file, not a part of a
    package.
    """
    spec = importlib.util.spec_from_file_location("verify", ALONE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = load_alone()


def record(number: int) -> dict[str, Any]:
    """The entry with this number: an answer on consent, a request that came with two, or something
    of another kind.
    """
    if number % 5 == 3:
        return request(number)
    if number % 5 == 4:
        return {
            "schema": 1,
            "id": f"access-{number}",
            "actor": "auditor",
            "recorded_at": "2026-11-23T17:00:00Z",
        }
    statement = STATEMENTS[number % 3]
    return {
        "schema": 1,
        "id": f"event-{number}",
        "purpose": "news",
        "channel": "email",
        "decision": "given",
        "language": statement.language,
        "statement_version": statement.version,
        "statement_sha256": statement.sha256,
        "rendering_sha256": sha256(HTML.encode()).hexdigest() if number % 2 else None,
        "page": '/é\u0007"\\',
        "person": {
            field: commitment(SALT, field, value) if value else None
            for field, value in PERSON.items()
        },
    }


def request(number: int) -> dict[str, Any]:
    """A request and its two answers."""
    facts = {
        "purpose": "news",
        "channel": "email",
        "rendering_sha256": sha256(HTML.encode()).hexdigest(),
    }
    answers: list[dict[str, Any]] = [
        {
            **facts,
            "id": f"answer-{number}-{at}",
            "decision": decision,
            "language": statement.language,
            "statement_version": statement.version,
            "statement_sha256": statement.sha256,
        }
        for at, (decision, statement) in enumerate(
            [("shown", STATEMENTS[1]), ("given", STATEMENTS[2])]
        )
    ]
    person = {field: commitment(SALT, field, value) for field, value in PERSON.items() if value}
    return {
        "kind": "request",
        "schema": 2,
        "id": f"request-{number}",
        "person": person,
        **shared_and_own(answers),
    }


LOG = [canonical_bytes(record(number)) for number in range(27)]


def signed(log: Sequence[bytes], *signers: Signer) -> str:
    """A checkpoint over all of *log*."""
    tree = LeafList([leaf_hash(data) for data in log])
    return sign_checkpoint(Checkpoint(ORIGIN, len(log), root(tree, len(log))), signers or [SIGNER])


def evidence(
    log: Sequence[bytes] = LOG, chosen: Sequence[int] = range(20), **changes: Any
) -> Evidence:
    """The evidence for some entries of *log*, each with the phone disclosed where it has one."""
    tree = LeafList([leaf_hash(data) for data in log])
    opening = {"phone": Opening(PERSON["phone"], field_salt(SALT, "phone"))}
    entries = [
        Entry(
            at,
            log[at],
            inclusion_proof(tree, at, len(log)),
            opening if b'"person"' in log[at] else {},
        )
        for at in chosen
    ]
    values: dict[str, Any] = {
        "origin": ORIGIN,
        "keys": [KEY],
        "made_at": "2026-11-24T09:00:00Z",
        "selection": {"month": "2026-11"},
        "statements": STATEMENTS,
        "renderings": [HTML],
        "entries": entries,
        "checkpoint": signed(log),
        "anchors": [signed(log[: len(log) // 3]), signed(log[: len(log) // 2])],
        "leaves": tree.leaves(0, len(log)),
    }
    return Evidence(**(values | changes))


def listed(files: dict[str, bytes]) -> dict[str, bytes]:
    """*files* with SHA256SUMS made anew, as whoever alters a pack on purpose would."""
    return {
        **files,
        "SHA256SUMS": sums({name: data for name, data in files.items() if name != "SHA256SUMS"}),
    }


def run(
    pack: dict[str, bytes] | bytes, *arguments: str, kept: str = "", key: str = KEY
) -> tuple[int, str]:
    """Exit code and words of the verifier for a pack in a .zip; the auditor has *key* and the
    checkpoints *kept*.
    """
    with tempfile.TemporaryDirectory() as folder:
        place, anchors = Path(folder, "pack.zip"), Path(folder, "kept.txt")
        place.write_bytes(pack if isinstance(pack, bytes) else zip_pack(pack))
        anchors.write_text(kept, encoding="utf-8")
        given = [
            *(["--key", key] if key else []),
            *(["--anchors", str(anchors)] if kept else []),
            *arguments,
        ]
        with redirect_stdout(io.StringIO()) as said:
            code = verify.main([str(place), *given])
    return code, said.getvalue()


def base64(data: bytes) -> str:
    """As packs have it."""
    return b64encode(data).decode()


FILES = build_pack_files(evidence())
