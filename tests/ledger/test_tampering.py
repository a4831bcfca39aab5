"""Whatever is done to a pack is found, or touched nothing that a pack is evidence of."""

import io
import json
import random
import zipfile
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.ledger import field_salt
from intake.ledger.pack import zip_pack
from tests.ledger.evidence import FILES, LOG, PERSON, SALT, base64, listed, run, signed, verify

PACK = json.loads(FILES["pack.json"])
ZIP = zip_pack(FILES)
KEPT = signed(LOG[:25])
often = settings(max_examples=120)
some = settings(max_examples=30)
SIGNED = ["checkpoint.txt", "anchors.txt", "leaves.bin", "pack.json"]


def repacked(pack) -> dict[str, bytes]:
    """The files with another pack.json, by somebody who brings the list of files up to date."""
    return listed(
        {
            **FILES,
            "pack.json": json.dumps(pack, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        }
    )


def evidence_in(files: dict[str, bytes]):
    """What a pack is evidence of: all but the two notes of its maker, however the JSON is
    spaced.
    """
    pack = json.loads(files["pack.json"])
    return {name: value for name, value in pack.items() if name not in {"made_at", "selection"}}


@dataclass(frozen=True)
class Damage:
    """A bit changed, a piece cut out, put in, doubled or moved, or the end lost: where, in parts of
    a million.
    """

    kind: str
    at: int
    to: int
    byte: int
    length: int

    def done_to(self, data: bytes) -> bytes:
        at, to = self.at * len(data) // 1_000_000, self.to * len(data) // 1_000_000
        piece = data[at : at + self.length]
        rest = data[:at] + data[at + self.length :]
        return {
            "bit": data[:at] + bytes([data[at] ^ 1 << self.byte % 8]) + data[at + 1 :],
            "byte": data[:at] + bytes([self.byte]) + data[at + 1 :],
            "put in": data[:at] + bytes([self.byte]) + data[at:],
            "cut out": rest,
            "doubled": data[:at] + piece + data[at:],
            "moved": rest[:to] + piece + rest[to:],
            "end lost": data[:at],
        }[self.kind]


places = st.integers(0, 999_999)
kinds = st.sampled_from(["bit", "byte", "put in", "cut out", "doubled", "moved", "end lost"])
damages = st.builds(Damage, kinds, places, places, st.integers(0, 255), st.integers(1, 40))


@often
@given(st.sampled_from(sorted(FILES)), damages)
def test_any_damage_to_any_file_is_found(name, damage):
    damaged = damage.done_to(FILES[name])

    code, said = run({**FILES, name: damaged})

    assert code == 0 if damaged == FILES[name] else code in {1, 2}, said


@often
@given(damages)
def test_any_damage_to_a_zip_is_found_or_left_its_files_as_they_were(damage):
    damaged = damage.done_to(ZIP)

    code, said = run(damaged)

    if code == 0:
        with zipfile.ZipFile(io.BytesIO(damaged)) as archive:
            assert {name: archive.read(name) for name in FILES} == FILES, said
    assert code in {0, 1, 2}


@often
@given(st.sampled_from(SIGNED), damages)
def test_who_brings_the_list_of_files_up_to_date_alters_no_evidence(name, damage):
    damaged = listed({**FILES, name: damage.done_to(FILES[name])})

    code, said = run(damaged)

    if code == 0 and name == "pack.json":
        assert evidence_in(damaged) == evidence_in(FILES), said
    elif code == 0 and name == "anchors.txt":
        assert set(verify.split_notes(damaged[name].decode())) <= set(
            verify.split_notes(FILES[name].decode())
        ), said
    else:
        assert code in {1, 2} or damaged == FILES, said


@some
@given(st.integers(0, 19), damages)
def test_no_entry_can_be_altered(at, damage):
    entry, altered = PACK["entries"][at], damage.done_to(LOG[at])
    assume(altered != LOG[at])

    code, said = run(
        repacked(
            {
                **PACK,
                "entries": [
                    *PACK["entries"][:at],
                    {**entry, "canonical": base64(altered)},
                    *PACK["entries"][at + 1 :],
                ],
            }
        )
    )

    assert code == 1
    assert f"WRONG  entry at position {at}: " in said


@some
@given(st.data())
def test_leaves_cannot_be_reordered_removed_added_or_doubled(data):
    leaves = [FILES["leaves.bin"][at : at + 32] for at in range(0, len(FILES["leaves.bin"]), 32)]
    one, two = data.draw(
        st.lists(st.integers(0, len(leaves) - 1), min_size=2, max_size=2, unique=True)
    )
    swapped = [*leaves]
    swapped[one], swapped[two] = leaves[two], leaves[one]
    other = data.draw(
        st.sampled_from(
            [
                swapped,
                leaves[:one] + leaves[one + 1 :],
                leaves[:one],
                [*leaves, leaves[one]],
                [*leaves[:one], bytes(32), *leaves[one:]],
                [],
            ]
        )
    )

    code, said = run(listed({**FILES, "leaves.bin": b"".join(other)}))

    assert code == 1
    assert "WRONG  leaves.bin: its" in said


@some
@given(st.randoms(use_true_random=False))
def test_entries_stand_in_order_and_once(source: random.Random):
    entries = [*PACK["entries"]]
    source.shuffle(entries)
    doubled = [*PACK["entries"], source.choice(entries)]

    if entries != PACK["entries"]:
        assert "twice, or out of order" in run(repacked({**PACK, "entries": entries}))[1]
    assert "twice, or out of order" in run(repacked({**PACK, "entries": doubled}))[1]


@some
@given(st.data())
def test_an_entry_cannot_pass_for_another(data):
    one, two = data.draw(st.lists(st.integers(0, 19), min_size=2, max_size=2, unique=True))
    part = data.draw(st.sampled_from(["position", "canonical", "inclusion"]))
    entries = [*PACK["entries"]]
    entries[one] = {**entries[one], part: entries[two][part]}

    assert run(repacked({**PACK, "entries": entries}))[0] == 1


def changed(entry_number: int, **openings):
    entries = [*PACK["entries"]]
    entries[entry_number] = {**entries[entry_number], "openings": openings}
    return repacked({**PACK, "entries": entries})


def opening(field: str, value: str) -> dict[str, str]:
    return {"value": value, "salt": field_salt(SALT, field).hex()}


@some
@given(st.text())
def test_nothing_but_the_true_value_can_be_disclosed(value):
    with suppress(UnicodeEncodeError):
        assert (run(changed(0, phone=opening("phone", value)))[0] == 0) == (
            value == PERSON["phone"]
        )


@pytest.mark.parametrize(
    "openings",
    [
        {"name": opening("phone", PERSON["phone"])},
        {"email": opening("email", "")},
        {"shoe size": opening("phone", "9")},
        {"phone": {"value": PERSON["phone"], "salt": SALT.hex()}},
        {"phone": {"value": PERSON["phone"], "salt": ""}},
        {"phone": {"value": PERSON["phone"], "salt": field_salt(SALT, "phone").hex().upper()}},
        {"phone": {"value": PERSON["phone"], "salt": field_salt(SALT, "phone").hex() + "00"}},
    ],
)
def test_a_disclosure_fits_its_own_field_and_salt_only(openings):
    assert run(changed(0, **openings))[0] == 1
    assert run(changed(4, **openings))[0] == 1, "this entry is of a kind that has no person"


@some
@given(st.integers(0, 2), st.sampled_from(sorted(PACK["statements"][0])), st.data())
def test_words_cannot_be_altered_moved_or_told_of_another_purpose(number, part, data):
    statement = PACK["statements"][number]
    value = data.draw(st.integers() if part == "version" else st.text())
    statements = [*PACK["statements"]]
    statements[number] = {**statement, part: value}

    code, said = run(repacked({**PACK, "statements": statements}))

    assert (code == 0) == (value == statement[part]), said


@pytest.mark.parametrize(
    "statements",
    [
        PACK["statements"][:2],
        PACK["statements"] * 2,
        [],
        [*PACK["statements"], {**PACK["statements"][0], "version": 9}],
    ],
)
def test_the_words_that_entries_name_are_there_once_and_no_others(statements):
    assert run(repacked({**PACK, "statements": statements}))[0] == 1


@pytest.mark.parametrize(
    "renderings",
    [
        [],
        PACK["renderings"] * 2,
        [{**PACK["renderings"][0], "html": "<p>Email me nothing</p>"}],
        [*PACK["renderings"], {"sha256": verify.hashlib.sha256(b"").hexdigest(), "html": ""}],
    ],
)
def test_the_pages_that_entries_name_are_there_once_and_no_others(renderings):
    assert run(repacked({**PACK, "renderings": renderings}))[0] == 1


def test_only_the_two_notes_of_its_maker_can_be_altered_by_who_alters_the_list_too():
    assert run(repacked({**PACK, "made_at": "never", "selection": {}}))[0] == 0


@pytest.mark.parametrize(
    "pack",
    [
        {**PACK, "format": "consult-intake evidence 3"},
        {**PACK, "origin": "clinic.example/other"},
        {**PACK, "origin": "a b"},
        {**PACK, "keys": [PACK["keys"][0][:-1]]},
        {**PACK, "keys": ["", "é+ü"]},
    ],
)
def test_a_pack_says_what_it_is_and_of_which_log(pack):
    assert run(repacked(pack))[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 5000,
        "NaN",
        "1.5",
        '{"format": "a", "format": "b"}',
        json.dumps({**PACK, "more": 1}),
        json.dumps({**PACK, "entries": [{}]}),
        json.dumps({**PACK, "entries": {}}),
        json.dumps({**PACK, "statements": [None]}),
        json.dumps({**PACK, "selection": {"a": 1}}),
        json.dumps({**PACK, "entries": [{**PACK["entries"][0], "position": True}]}),
        json.dumps({**PACK, "entries": [{**PACK["entries"][0], "position": "0"}]}),
        json.dumps({name: value for name, value in PACK.items() if name != "keys"}),
    ],
)
def test_a_pack_of_another_form_is_not_read_at_all(text):
    code, said = run(listed({**FILES, "pack.json": text.encode()}))

    assert (code, said.startswith("UNREADABLE  pack.json")) == (2, True)


@pytest.mark.parametrize("number", [-1, 27, 2**70, -(2**70)])
def test_positions_outside_the_log_are_no_positions(number):
    assert run(repacked({**PACK, "entries": [{**PACK["entries"][0], "position": number}]}))[0] == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}x",
        b'{"a":1.0}',
        b'{"a":true}',
        b'{"a":[]}',
        b'{"a":{"b":1}}',
        b'{"a":{"b":{}}}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\/"}',
        b'{"a":-0}',
        b'{"a":1e3}',
        b'{"a":9007199254740992}',
        b'{"a":"\\ud800"}',
        b'{"\\ud800":1}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[" * 99_999,
        b'{"consents":1}',
        b'{"consents":{"a":1}}',
        b'{"consents":{"a":{"b":{}}}}',
        b'{"said_by_all":null}',
        b'{"said_by_all":{"a":{}}}',
    ],
)
def test_an_entry_has_one_form_and_every_other_is_refused(data):
    with pytest.raises(verify.Wrong):
        verify.record_of(data)


def test_a_pack_of_the_former_format_is_read_as_well():
    assert run(repacked({**PACK, "format": "consult-intake evidence 1"}))[0] == 0


@some
@given(st.binary(max_size=300))
def test_noise_is_not_a_pack(noise):
    assert run(noise)[0] == 2


@some
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(FILES), st.binary(max_size=60))))
def test_files_of_noise_are_not_a_pack(files):
    assert run(files)[0] == 2
    assert run(listed(files))[0] == 2


@some
@given(damages)
def test_a_damaged_checkpoint_of_ones_own_is_not_counted_as_kept(damage):
    damaged = damage.done_to(KEPT.encode()).decode("utf-8", "replace")

    code, said = run(FILES, kept=damaged)

    if code == 0 and damaged:
        assert set(verify.split_notes(verify.as_kept(damaged))) == {KEPT}, said


@pytest.mark.parametrize("trick", ["twice", "encrypted", "huge", "bzip2", "escape"])
def test_a_zip_that_plays_tricks_is_not_read(trick):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data, zipfile.ZIP_BZIP2 if trick == "bzip2" else None)
        if trick == "twice":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("pack.json", b"{}")
        if trick == "encrypted":
            archive.getinfo("pack.json").flag_bits |= 1
        if trick == "huge":
            archive.getinfo("pack.json").file_size = 2**31
        if trick == "escape":
            archive.writestr("SHA256SUMS2", b"")
            archive.getinfo("SHA256SUMS").filename = "../SHA256SUMS"

    code, said = run(whole.getvalue())

    assert code == 2
    assert said.startswith("UNREADABLE")
