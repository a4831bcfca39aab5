"""The ledger: how it stands, “verify now”, and proofs for somebody who trusts neither us nor our
database.
"""

import json
from pathlib import Path

from flask import Blueprint, Response, flash, render_template, stream_template

from intake.admin.exports.stream import attached
from intake.admin.ledger.checking import checking
from intake.admin.ledger.forms import ConsistencyForm, InclusionForm
from intake.admin.ledger.proofs import Json, consistency, inclusion, records_meant_by
from intake.admin.ledger.standing import standing
from intake.admin.moments import shown_by
from intake.ledger import verifier
from intake.ledger.keys import known_keys
from intake.ledger.order import require_order
from intake.ledger.place import ledger_folder
from intake.ledger.proofs import NoSuchProof
from intake.ledger.seal import NotSealed
from intake.models import Act
from intake.staff.guard import READERS, allow, log_access
from intake.web import clinic, installation, now, reading

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/admin/ledger")
@allow(READERS)
def page() -> str:
    """The ledger at a glance."""
    return _page(InclusionForm(), ConsistencyForm())


@blueprint.post("/admin/ledger/verify")
@allow(READERS)
def verify() -> Response:
    """Check everything, and say so line by line while it goes on: half a million records take a
    minute.
    """
    folder = ledger_folder(installation().settings)
    told = checking(installation().database, clinic().key, folder)
    return Response(
        stream_template("admin/ledger/verify.html", told=told, begun=shown_by(clinic())(now()))
    )


@blueprint.post("/admin/ledger/inclusion")
@allow(READERS)
def inclusion_proof() -> Response | str:
    """That a record is in the ledger."""
    form = InclusionForm()
    if not form.is_right():
        return _page(form, ConsistencyForm())
    try:
        with reading() as store:
            require_order(store, ledger_folder(installation().settings))
            leads, leaves = records_meant_by(store, clinic().key, form.record.data or "")
            log_access(Act.VIEWED, "proofs of consent records", leads)
            return _download(inclusion(store, leaves), "inclusion-proof.json")
    except (NoSuchProof, NotSealed) as problem:
        form.record.errors = [str(problem)]
        return _page(form, ConsistencyForm())


@blueprint.post("/admin/ledger/consistency")
@allow(READERS)
def consistency_proof() -> Response | str:
    """That the ledger of today only adds to an older one."""
    form = ConsistencyForm()
    if not form.is_right():
        return _page(InclusionForm(), form)
    try:
        with reading() as store:
            require_order(store, ledger_folder(installation().settings))
            return _download(consistency(store, form.size.data or 0), "consistency-proof.json")
    except (NoSuchProof, NotSealed) as problem:
        form.size.errors = [str(problem)]
        return _page(InclusionForm(), form)


@blueprint.get("/admin/ledger/checkpoint.txt")
@allow(READERS)
def checkpoint() -> Response | str:
    """The newest signed checkpoint, to be kept outside of this computer."""
    try:
        with reading() as store:
            require_order(store, ledger_folder(installation().settings))
            head = standing(store, now=now()).head
    except NotSealed as problem:
        flash(str(problem), "error")
        return page()
    return Response(
        head.note if head else "", mimetype="text/plain", headers=attached("checkpoint.txt")
    )


@blueprint.get("/admin/ledger/keys.txt")
@allow(READERS)
def keys() -> Response:
    """The public keys under which checkpoints are signed, oldest first."""
    lines = "".join(f"{key}\n" for key in known_keys(ledger_folder(installation().settings)))
    return Response(lines, mimetype="text/plain", headers=attached("ledger-keys.txt"))


@blueprint.get("/admin/ledger/verify.py")
@allow(READERS)
def verifier_file() -> Response:
    """The verifier: one file that needs nothing but Python."""
    return Response(
        Path(verifier.__file__).read_bytes(),
        mimetype="text/x-python",
        headers=attached("verify.py"),
    )


def _download(told: Json, name: str) -> Response:
    return Response(
        json.dumps(told, indent=1) + "\n", mimetype="application/json", headers=attached(name)
    )


def _page(inclusion_form: InclusionForm, consistency_form: ConsistencyForm) -> str:
    """Return the page; `form` is the one with errors, if any."""
    with reading() as store:
        found = standing(store, now=now())
    return render_template(
        "admin/ledger/page.html",
        found=found,
        at=shown_by(clinic()),
        keys=known_keys(ledger_folder(installation().settings)),
        form=consistency_form if consistency_form.errors else inclusion_form,
        inclusion_form=inclusion_form,
        consistency_form=consistency_form,
    )
