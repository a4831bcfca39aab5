"""What an auditor sees, who has a pack, this one file and Python."""

import ast
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.ledger.note import Checkpoint, sign_checkpoint
from intake.ledger.pack import build_pack_files, zip_pack
from intake.ledger.signing import Signer
from tests.ledger.evidence import (
    ALONE,
    FILES,
    KEY,
    LOG,
    ORIGIN,
    SIGNER,
    evidence,
    listed,
    run,
    signed,
)

NEW = Signer(ORIGIN, bytes([7] * 32))
STRANGER = Signer("evil.example/log", bytes([8] * 32))


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", ALONE, *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_true_pack_is_found_true_on_a_machine_with_nothing_but_python(folder):
    said = alone(str(folder), "--key", KEY)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[-1].startswith("OK: 20 entries, log of 27, checkpoint ")
    assert "2 earlier checkpoints hold" in said.stdout


def test_an_altered_pack_is_found_altered_there_too(folder):
    (folder / "leaves.bin").write_bytes(bytes(32) + FILES["leaves.bin"][32:])

    said = alone(str(folder), "--key", KEY)

    assert (said.returncode, said.stderr) == (1, "")
    assert "WRONG  leaves.bin: is not the file that SHA256SUMS lists" in said.stdout
    assert (
        "WRONG  entry at position 0: event-0 is not what the log has at this position"
        in said.stdout
    )


@pytest.mark.parametrize(
    "arguments", [(), ("nowhere.zip",), (".", "--key", "no key"), (".", "--unknown")]
)
def test_usage_and_packs_that_are_none_end_with_two_and_a_clear_line(arguments, tmp_path):
    said = alone(*(argument.replace(".", str(tmp_path), 1) for argument in arguments))

    assert said.returncode == 2
    assert "Traceback" not in said.stderr
    assert said.stdout.startswith("UNREADABLE ") or "error: " in said.stderr


def test_the_pack_brings_the_verifier_that_it_was_made_for(folder):
    said = subprocess.run(
        [sys.executable, "-I", "verify.py", ".", "--key", KEY],
        cwd=folder,
        capture_output=True,
        check=False,
    )

    assert said.returncode == 0


def test_the_verifier_is_one_file_for_python_3_9_and_its_standard_library():
    tree = ast.parse(ALONE.read_text(), feature_version=(3, 9))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}

    assert not [node for node in imports if getattr(node, "level", 0)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_without_a_key_it_believes_the_pack_and_says_so():
    code, said = run(FILES, key="")

    assert code == 0
    assert f"Note: no --key given: believed {KEY}, which came with the pack" in said
    assert "a forger brings one of his own" in said


def test_without_kept_checkpoints_it_says_what_it_cannot_find_out():
    assert "no --anchors given" in run(FILES)[1]
    assert "no --anchors given" not in run(FILES, kept=signed(LOG[:3]))[1]


def test_it_shows_what_the_entries_say_when_asked():
    shown = [line for line in run(FILES, "--show")[1].splitlines() if line.startswith("{")]

    first, _, _, request, one, two, access, *_ = map(json.loads, shown)
    assert len(shown) == 20 + 4 * 2, "an answer that came with a request has a line of its own"
    assert first["disclosed"] == {"phone": "+14165550123"}
    assert (request["id"], access["id"]) == ("request-3", "access-4")
    assert [(each["id"], each["decision"], each["purpose"]) for each in (one, two)] == [
        ("answer-3-0", "shown", "news"),
        ("answer-3-1", "given", "news"),
    ]
    assert request.keys().isdisjoint({"consents", "said_by_all"})


def test_checkpoints_are_read_as_mail_programs_leave_them():
    kept = "\ufeff\n\n" + f"  {signed(LOG[:3])}\n\n\n{signed(LOG[:7])}\n".replace("\n", " \r\n")

    code, said = run(FILES, kept=kept)

    assert code == 0, said
    assert "4 earlier checkpoints hold" in said


def test_a_file_of_checkpoints_that_holds_none_is_not_passed_over():
    assert run(FILES, kept="\n")[0] == 2
    assert run(FILES, kept="Dear auditor, here is the checkpoint\n")[0] == 1


def test_a_log_that_was_put_back_to_an_old_copy_is_found_by_a_later_checkpoint():
    old = build_pack_files(evidence(LOG[:20], range(20)))

    code, said = run(old, kept=signed(LOG[:25]))

    assert run(old)[0] == 0, "nothing in it tells: its checkpoint was once true"
    assert code == 1
    assert "kept.txt, checkpoint 1: the log is shorter than the checkpoint of 25 entries" in said


def rewritten(at: int) -> Sequence[bytes]:
    return [*LOG[:at], LOG[at].replace(b'"given"', b'"withdrawn"'), *LOG[at + 1 :]]


def test_a_log_that_was_rewritten_and_signed_anew_is_found_by_an_earlier_checkpoint():
    forged = build_pack_files(evidence(rewritten(10)))

    code, said = run(forged, kept=f"{signed(LOG[:5])}\n{signed(LOG[:15])}")

    assert run(forged)[0] == 0, "whoever has the key can sign another history"
    assert code == 1
    assert (
        "kept.txt, checkpoint 2: the first 15 entries are not those that were signed for then"
        in said
    )
    assert "checkpoint 1" not in said


def test_a_pack_whose_own_earlier_checkpoints_belong_to_another_history_is_found():
    forged = build_pack_files(evidence(rewritten(1), anchors=[signed(LOG[:9])]))

    assert run(forged)[0] == 1


def test_after_a_key_was_replaced_either_key_opens_what_both_signed():
    pack = build_pack_files(
        evidence(
            keys=[KEY, str(NEW.verifier)],
            checkpoint=signed(LOG, SIGNER, NEW),
            anchors=[signed(LOG[:5])],
        )
    )

    assert (
        run(pack, key=KEY)[0]
        == run(pack, key="")[0]
        == run(pack, "--key", str(NEW.verifier))[0]
        == 0
    )
    assert run(pack, key=str(NEW.verifier))[1].count("WRONG") == 1, (
        "the earlier one was not signed by the new key"
    )


def test_a_pack_signed_by_somebody_else_is_not_believed():
    forged = build_pack_files(
        evidence(keys=[str(NEW.verifier)], checkpoint=signed(LOG, NEW), anchors=[])
    )

    code, said = run(forged)

    assert code == 1
    assert "checkpoint.txt: is not signed by a key that you trust" in said
    assert f"but by {ORIGIN}+{NEW.verifier.hash.hex()}" in said


def test_a_signature_in_the_name_of_a_known_key_must_be_true_whoever_else_signed():
    by_both = signed(LOG, SIGNER, NEW)
    false = by_both.replace(by_both.splitlines()[-1], signed(LOG[:3], NEW).splitlines()[-1])
    pack = build_pack_files(evidence(keys=[KEY, str(NEW.verifier)], checkpoint=false))

    assert (
        f"checkpoint.txt: the signature of {ORIGIN}+{NEW.verifier.hash.hex()} is false"
        in run(pack, key="")[1]
    )


def test_a_key_of_another_log_vouches_for_nothing_here():
    note = sign_checkpoint(Checkpoint(STRANGER.verifier.name, 3, bytes(32)), [STRANGER])
    key = str(STRANGER.verifier)

    assert "--key: none is a key of the log" in run(FILES, key=key)[1]
    assert "is not one of this log" in run(build_pack_files(evidence(keys=[KEY, key])))[1]
    assert "not signed by a key" in run(FILES, "--key", key, kept=note)[1]


def test_a_checkpoint_of_another_log_does_not_count_even_under_our_key():
    note = sign_checkpoint(Checkpoint("clinic.example/other", 3, bytes(32)), [SIGNER])

    assert "is of another log: clinic.example/other" in run(FILES, kept=note)[1]


def test_words_that_could_be_divided_in_two_ways_are_not_accepted():
    box, hint, rest = "Email me\n\nnews", "of you", "Clinic asks"
    moved = replace(evidence().statements[0], box="Email me", hint="news\n\nof you", notice=rest)
    pack = listed(
        build_pack_files(evidence(statements=[moved, replace(moved, box=box, hint=hint)]))
    )

    assert "that have this SHA-256" in run(pack)[1]


def test_what_is_left_out_is_not_missed_since_a_pack_is_a_selection():
    assert run(build_pack_files(evidence(chosen=range(3), anchors=[])))[0] == 0
    assert run(build_pack_files(evidence(chosen=[], statements=[], renderings=[])))[0] == 0


def test_a_file_that_the_pack_does_not_list_is_named_and_not_looked_at(folder):
    (folder / "report.html").write_text("<p>All is well</p>")

    assert "Note: report.html is not part of the pack" in alone(str(folder), "--key", KEY).stdout


def test_nothing_in_a_pack_reaches_the_terminal_as_a_command():
    pack = build_pack_files(evidence(keys=["\x1b[2J\u202e"]))

    said = run(pack, key="")[1]

    assert "\\u001b[2J\\u202e" in said
    assert "\x1b" not in said


def test_equal_evidence_makes_equal_bytes():
    again = build_pack_files(evidence())

    assert zip_pack(again) == zip_pack(dict(reversed(FILES.items())))
