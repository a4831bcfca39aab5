#!/usr/bin/env python3
"""Checks an evidence pack, on any machine: Python 3.9 or newer, its standard library, this one
file.

    python3 verify.py PACK [--key VKEY]... [--anchors FILE]... [--show]

PACK is a folder or a .zip. VKEY is a public key of the log as the clinic told it to you by another
way than the pack. FILE holds checkpoints that you kept yourself, one after the other with a blank
line between them; only these find out whether the log was cut short or written anew since. --show
prints what the entries say, and below a request each of the answers that came with it.

Exit code 0: all is as it should be. 1: something was altered, is missing or does not fit. 2:
nothing could be checked (usage, or a pack that cannot be read).

The pack
    SHA256SUMS      the SHA-256 of each other file, as `sha256sum` writes it: finds damage on the
    way, proves nothing
    checkpoint.txt  origin, number of entries and Merkle root (c2sp.org/tlog-checkpoint), signed
    (c2sp.org/signed-note)
    anchors.txt     earlier checkpoints in the same form, a blank line between them; may be empty
    leaves.bin      the hash of every entry of the log, 32 bytes each, in order
    pack.json       {"format": "consult-intake evidence 2", "origin", "keys": [VKEY], "made_at",
    "selection": {name:
                    text}, "statements": [{"version", "language", "purpose", "channel", "box",
                    "hint", "notice",
                    "sha256"}], "renderings": [{"sha256", "html"}], "entries": [{"position",
                    "canonical", "inclusion":
                    [hex], "openings": {field: {"value", "salt"}}}]}

`canonical` is base64 of the exact bytes that were hashed: an object in the form of RFC 8785, whose
values are text, whole numbers, null, and objects of text and null; only the two that hold answers,
which format 1 does not know, go deeper. `inclusion` is the proof of RFC 9162 2.1.3.1. An opening
discloses one field of the person: HMAC-SHA256(salt, value) is the commitment in the entry. The
entries stand in the order of their positions; the statements and renderings are exactly those that
entries name.

An entry says of which `kind` it is. "consent": an answer to a request for consent. "request": what
a person asked for, as it stood when it was received, corrected or taken over from an earlier
release; the newest one of a request is in the pack. The answers that came with a request stand in
its entry: `consents` holds them by their ids, `said_by_all` what is the same in each of them.
"restart": the clinic went on from another log than the one it had signed; each is in every pack,
and is told.

What is no evidence, since nothing signs it: `made_at`, `selection`, and what was left out. A pack
tells of the entries in it, and of the rest of the log only that it is unchanged.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "consult-intake evidence 2"
FORMATS = ("consult-intake evidence 1", FORMAT)
SUMS, PACK, CHECKPOINT, ANCHORS, LEAVES = (
    "SHA256SUMS",
    "pack.json",
    "checkpoint.txt",
    "anchors.txt",
    "leaves.bin",
)
PARTS = (PACK, CHECKPOINT, ANCHORS, LEAVES)
NAMED = ("statement_sha256", "statement_version", "language", "purpose", "channel")
CONSENTS, SHARED = "consents", "said_by_all"
RESTART = ("at", "who", "reason", "agrees_up_to", "former_size")
LARGEST_FILE = 1 << 30
LARGEST_INT = 2**53 - 1
MOST_FINDINGS = 20
HASH = 32
STORED_OR_DEFLATED = (0, 8)
SHAPE = {
    "format": str,
    "origin": str,
    "keys": [str],
    "made_at": str,
    "selection": {"*": str},
    "statements": [
        {
            "version": int,
            "language": str,
            "purpose": str,
            "channel": str,
            "box": str,
            "hint": str,
            "notice": str,
            "sha256": str,
        }
    ],
    "renderings": [{"sha256": str, "html": str}],
    "entries": [
        {
            "position": int,
            "canonical": str,
            "inclusion": [str],
            "openings": {"*": {"value": str, "salt": str}},
        }
    ],
}


class Unreadable(Exception):
    """Nothing can be checked: exit code 2."""


class Wrong(Exception):
    """A finding, in plain words."""


# Ed25519 (RFC 8032). Points are in extended coordinates (X, Y, Z, T), the addition is complete.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL = (0, 1, 1, 0)


def add(one: Point, two: Point) -> Point:
    """Return the sum of two points (5.1.4)."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * D * one[3] * two[3] % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def decoded(data: bytes) -> Point:
    """Return the point that 32 bytes stand for (5.1.3). ValueError: not on the curve, or not the
    one way to write it.
    """
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if len(data) != HASH or y >= P:
        raise ValueError("no point")
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        raise ValueError("no point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def encoded(point: Point) -> bytes:
    """Return the 32 bytes that stand for a point (5.1.2)."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return int.to_bytes(y | (x & 1) << 255, HASH, "little")


BASE = decoded(int.to_bytes(4 * pow(5, P - 2, P) % P, HASH, "little"))


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether *signature* is that of *message* by the key *public* (5.1.7); S below L, and
    no key of small order.
    """
    try:
        key = decoded(public)
    except ValueError:
        return False
    r, s = signature[:HASH], int.from_bytes(signature[HASH:], "little")
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    twice = add(key, key)
    eightfold = add(add(twice, twice), add(twice, twice))
    if len(signature) != 2 * HASH or s >= L or encoded(eightfold) == encoded(NEUTRAL):
        return False
    minus = (P - key[0], key[1], 1, P - key[3])
    either, total = (NEUTRAL, BASE, minus, add(BASE, minus)), NEUTRAL
    for bit in range(L.bit_length() - 1, -1, -1):  # [S]B - [k]A in one pass
        total = add(add(total, total), either[s >> bit & 1 | (k >> bit & 1) << 1])
    return encoded(total) == r


# The Merkle tree (RFC 9162)


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_at(leaves: bytes, sizes: set[int]) -> dict[int, bytes]:
    """Return the root of the first n leaves for each n in *sizes*, in one pass. Sizes beyond the
    end are left out.
    """
    roots = {0: hashlib.sha256(b"").digest()}
    whole: list[bytes] = []  # the whole subtrees so far, the largest first
    for count in range(1, len(leaves) // HASH + 1):
        right, before = leaves[HASH * (count - 1) : HASH * count], count - 1
        while before & 1:
            right, before = node(whole.pop(), right), before >> 1
        whole.append(right)
        if count in sizes:
            root = whole[-1]
            for left in reversed(whole[:-1]):
                root = node(left, root)
            roots[count] = root
    return roots


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """Return the root to which *path* leads from *leaf* (2.1.3.2), or None where it does not fit
    position and size.
    """
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


# Texts: each has one way to be written, all others are refused


def from_base64(text: str) -> bytes:
    """Return the bytes of *text*; ValueError where it is not the one way to write them."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def from_hex(text: str) -> bytes:
    """Return the 32 bytes of *text*, in small letters; ValueError otherwise."""
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError("not 32 bytes in hex")
    return bytes.fromhex(text)


def from_json(data: bytes, where: str) -> Any:
    """Return the value of *data*: UTF-8, no key twice, no fractions."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands there twice")
        return dict(pairs)

    def refuse(text: str) -> Any:
        raise ValueError("a number is not whole: " + text)

    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{where} is no JSON of the form that it should have: {error}") from None


def canonical(value: Any) -> str:
    """*value* in the form of RFC 8785; ValueError where it is nothing that an entry holds."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if (
        value is None
        or isinstance(value, str)
        or (type(value) is int and abs(value) <= LARGEST_INT)
    ):
        return json.dumps(value, ensure_ascii=False)
    raise ValueError("an entry holds a value of a kind that it cannot have")


def record_of(data: bytes) -> dict[str, Any]:
    """Return the record in an entry's bytes, which are the only ones that could stand for it.
    Raises `Wrong`.
    """
    try:
        record = from_json(data, "the entry")
        exact = canonical(record).encode("utf-8") == data and all(
            fits(*part) for part in record.items()
        )
    except (Unreadable, ValueError, AttributeError, RecursionError) as error:
        raise Wrong(f"its bytes are no entry: {error}") from None
    if not exact:
        raise Wrong("its bytes are not in canonical form (RFC 8785)")
    return dict(record)


def fits(name: str, value: Any) -> bool:
    """Return whether an entry may hold *value* under *name*."""
    if name == CONSENTS:
        return type(value) is dict and all(fits(SHARED, each) for each in value.values())
    if name == SHARED:
        return type(value) is dict and all(is_plain(each) for each in value.values())
    if type(value) is dict:
        return all(each is None or type(each) is str for each in value.values())
    return is_plain(value)


def is_plain(value: Any) -> bool:
    """Return whether *value* is text, a whole number or null."""
    return value is None or type(value) in (str, int)


def answers_in(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the answers that came with a request, by their ids."""
    shared = record.get(SHARED, {})
    return {uid: {**shared, **own} for uid, own in record.get(CONSENTS, {}).items()}


class Key(NamedTuple):
    """Who may sign: `name+hash+base64(0x01 || public key)`."""

    name: str
    hash: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Return the key of *text*. ValueError where it is none."""
        name, _, rest = text.partition("+")
        key_hash, _, data = rest.partition("+")
        public = from_base64(data)
        right = hashlib.sha256(name.encode("utf-8") + b"\n" + public).hexdigest()[:8]
        if (
            not is_name(name)
            or public[:1] != b"\x01"
            or len(public) != 1 + HASH
            or key_hash != right
        ):
            raise ValueError("not a key of the form name+hash+base64")
        return cls(name, key_hash, public[1:])


class SignedHead(NamedTuple):
    """What the log was when it was signed."""

    size: int
    root: bytes


def is_name(text: str) -> bool:
    """Return whether a log or a key may be called so."""
    return bool(text) and not any(
        letter == "+" or letter.isspace() or letter < " " for letter in text
    )


def verify_checkpoint(note: str, keys: Sequence[Key], origin: str) -> SignedHead:
    """Return the checkpoint in a signed note, signed by one of *keys*. Raises `Wrong`."""
    text, _, lines = note.partition("\n\n")
    signed, others = False, []
    if not lines.endswith("\n"):
        raise Wrong("is not a checkpoint with its signatures")
    for line in lines[:-1].split("\n"):
        name, key_hash, signature = signature_of(line)
        mine = [key for key in keys if (key.name, key.hash) == (name, key_hash)]
        if mine and not any(
            ed25519_verifies(key.public, (text + "\n").encode("utf-8"), signature) for key in mine
        ):
            raise Wrong(f"the signature of {name}+{key_hash} is false")
        signed = signed or bool(mine)
        others += [] if mine else [f"{name}+{key_hash}"]
    if not signed:
        raise Wrong(
            "is not signed by a key that you trust (a replaced one counts too), but by "
            f"{', '.join(others)}"
        )
    found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)", text)
    if not found:
        raise Wrong("does not say origin, size and root")
    if found[1] != origin:
        raise Wrong(f"is of another log: {found[1]}")
    return SignedHead(int(found[2]), from_base64(found[3]))


def signature_of(line: str) -> tuple[str, str, bytes]:
    """Name, key hash and signature of a line under a note. Raises `Wrong`."""
    dash, _, rest = line.partition(" ")
    name, _, data = rest.partition(" ")
    try:
        signature = from_base64(data)
    except ValueError:
        signature = b""
    if dash != "\u2014" or not is_name(name) or len(signature) <= 4:  # noqa: PLR2004  (the key's hash)
        raise Wrong("has a line that is no signature")
    return name, signature[:4].hex(), signature[4:]


def split_notes(text: str) -> list[str]:
    """Return the signed notes in a text that holds some, with a blank line between them. Raises
    `Wrong`.
    """
    blocks = text[:-1].split("\n\n") if text else []
    if len(blocks) % 2 or (text and not text.endswith("\n")):
        raise Wrong("is not a row of signed checkpoints")
    return [f"{blocks[at]}\n\n{blocks[at + 1]}\n" for at in range(0, len(blocks), 2)]


def as_kept(text: str) -> str:
    """Return a file of checkpoints as mail programs and editors leave it, brought into the form
    that `split_notes` reads.
    """
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines()]
    tidy = re.sub("\n\n+", "\n\n", "\n".join(lines)).strip("\n")
    return tidy + "\n" if tidy else ""


# Reading the pack


def read_pack(pack: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return what SHA256SUMS lists and the parts that there must be, by name; and the names that
    are not listed.
    """
    if pack.is_dir():
        return gather([path.name for path in pack.iterdir()], lambda name: read_file(pack / name))
    try:
        with zipfile.ZipFile(str(pack)) as archive:
            return gather(archive.namelist(), lambda name: read_member(archive, name))
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(
            f"{pack} is neither a folder nor a .zip that can be read: {error}"
        ) from None


def gather(names: list[str], read: Callable[[str], bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Read a pack (`read_pack`), from wherever *read* reads."""
    if len(set(names)) != len(names):
        raise Unreadable("a name stands in the pack twice")
    if SUMS not in names:
        raise Unreadable(f"{SUMS} is missing in the pack")
    sums = read(SUMS)
    listed = set(sums_in(sums))
    files = {name: read(name) for name in names if name in listed or name in PARTS}
    return {SUMS: sums, **files}, [name for name in names if name not in listed | {SUMS}]


def sums_in(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    lines = data.decode("utf-8", "replace").split("\n")
    found = [
        re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*)", line) for line in lines[:-1]
    ]
    sums = {line[2]: line[1] for line in found if line}
    if lines[-1] or len(sums) != len(found):
        raise Unreadable(f"{SUMS} is not a list of files")
    return sums


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that a person gave."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{path} is no file, or a file too large to be one of a pack")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of a file in a .zip, which may try to be huge once unpacked."""
    info = archive.getinfo(name)
    if (
        info.file_size > LARGEST_FILE
        or info.flag_bits & 1
        or info.compress_type not in STORED_OR_DEFLATED
    ):
        raise Unreadable(f"{name} is too large, encrypted or packed in an unusual way")
    return archive.read(info)


def fit(value: Any, shape: Any, where: str) -> None:
    """Raise `Unreadable` where *value* has not the form of *shape*, an unknown key included."""
    if isinstance(shape, list) and isinstance(value, list):
        for at, part in enumerate(value):
            fit(part, shape[0], f"{where}[{at}]")
    elif isinstance(shape, dict) and isinstance(value, dict):
        expected = dict.fromkeys(value, shape["*"]) if "*" in shape else shape
        odd = sorted(set(value) ^ set(expected))
        if odd:
            raise Unreadable(
                f"{where}.{odd[0]} {'is not known' if odd[0] in value else 'is missing'}"
            )
        for key, part in value.items():
            fit(part, expected[key], f"{where}.{key}")
    elif type(value) is not shape:
        raise Unreadable(f"{where} is not of the kind that it should be")


# The checks


class Check:
    """One pack under examination: `wrong` collects what is found, `notes` what one should know."""

    def __init__(
        self, files: dict[str, bytes], keys: Sequence[Key], kept: Sequence[tuple[str, str]]
    ) -> None:
        self.files, self.given, self.kept = files, keys, kept
        self.pack = from_json(files[PACK], PACK)
        fit(self.pack, SHAPE, PACK)
        self.origin: str = self.pack["origin"]
        self.leaves = files[LEAVES]
        self.wrong: list[str] = []
        self.notes: list[str] = []
        self.keys: list[Key] = []
        self.head = SignedHead(0, b"")
        self.anchored = 0
        self.records: list[dict[str, Any]] = []
        self.saying: list[dict[str, Any]] = []
        """The entries, and the answers in them: each may name words and a page."""
        self.ids: set[str] = set()

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """What is found in the block is noted as found *where*, and the checks go on behind it."""
        try:
            yield
        except (Wrong, ValueError) as finding:
            self.wrong.append(f"{where}: {finding}")

    def run(self) -> None:
        """All checks, from what is signed to what hangs on it."""
        before = len(self.wrong)
        with self.at(PACK):
            if self.pack["format"] not in FORMATS:
                raise Wrong(f"its format is not one that this verifier knows: {', '.join(FORMATS)}")
        self.believe()
        with self.at(CHECKPOINT):
            self.head = verify_checkpoint(
                self.files[CHECKPOINT].decode("utf-8"), self.keys, self.origin
            )
        if len(self.wrong) > before:
            return  # without a checkpoint there is nothing to hold the rest against
        self.log_against_checkpoints()
        for at, entry in enumerate(self.pack["entries"]):
            with self.at(f"entry at position {entry['position']}"):
                self.entry(entry, self.pack["entries"][at - 1]["position"] if at else -1)
        for each in self.pack["statements"]:
            with self.at("words for {purpose} in {language}, version {version}".format(**each)):
                self.statement(each)
        for each in self.pack["renderings"]:
            with self.at(f"rendering {each['sha256'][:16]}"):
                if hashlib.sha256(each["html"].encode("utf-8")).hexdigest() != each["sha256"]:
                    raise Wrong("is not the page that has this SHA-256")
        if len(self.records) == len(self.pack["entries"]):
            self.named_and_there()
        self.tell_restarts()

    def believe(self) -> None:
        """The keys of this log that were given; else those of the pack, which a forger could have
        put there.
        """
        came: list[Key] = []
        for text in self.pack["keys"]:
            with self.at(f"{PACK}, key {text}"):
                came.append(Key.parse(text))
                if came[-1].name != self.origin:
                    raise Wrong("is not one of this log")
        self.keys = [key for key in self.given or came if key.name == self.origin]
        if not self.given:
            self.notes += [
                f"no --key given: believed {key}, which came with the pack"
                for key in self.pack["keys"]
            ]
            self.notes.append(
                "compare keys with what the clinic published elsewhere: a forger brings "
                "one of his own"
            )
        elif not self.keys:
            self.wrong.append(
                f"--key: none is a key of the log that this pack is from, {self.origin}"
            )

    def log_against_checkpoints(self) -> None:
        """Each checkpoint was signed over a beginning of the log: its root must come out of the
        leaves again.
        """
        anchors: list[tuple[str, SignedHead]] = []
        for source, text in [(ANCHORS, self.files[ANCHORS].decode("utf-8", "replace")), *self.kept]:
            with self.at(source):
                for number, note in enumerate(split_notes(text), start=1):
                    where = f"{source}, checkpoint {number}"
                    with self.at(where):
                        anchors.append((where, verify_checkpoint(note, self.keys, self.origin)))
        there = len(self.leaves) // HASH
        roots = roots_at(self.leaves, {there, *(anchor.size for _, anchor in anchors)})
        if len(self.leaves) % HASH or SignedHead(there, roots[there]) != self.head:
            self.wrong.append(
                f"{LEAVES}: its {there} hashes are not those that {CHECKPOINT} was signed for"
            )
        for where, anchor in anchors:
            with self.at(where):
                if anchor.size > self.head.size:
                    raise Wrong(f"the log is shorter than the checkpoint of {anchor.size} entries")
                if roots.get(anchor.size) != anchor.root:
                    raise Wrong(
                        f"the first {anchor.size} entries are not those that were signed for then"
                    )
                self.anchored += 1
        if not self.kept:
            self.notes.append(
                "no --anchors given: only checkpoints that you kept yourself show that "
                "none were redone"
            )

    def entry(self, entry: dict[str, Any], before: int) -> None:
        """One entry is where it says, in the log that was signed for, and says what is disclosed of
        it.
        """
        position, data = entry["position"], from_base64(entry["canonical"])
        leaf = hashlib.sha256(b"\x00" + data).digest()
        record = record_of(data)
        name = str(record.get("id", f"the one at {position}"))
        if position <= before:
            raise Wrong("stands there twice, or out of order")
        if (
            position >= self.head.size
            or self.leaves[HASH * position : HASH * (position + 1)] != leaf
        ):
            raise Wrong(f"{name} is not what the log has at this position")
        path = [from_hex(part) for part in entry["inclusion"]]
        if root_of_inclusion(leaf, position, self.head.size, path) != self.head.root:
            raise Wrong(f"{name}: its proof does not lead to the root of the checkpoint")
        person = record.get("person")
        for field, each in entry["openings"].items():
            found = hmac.new(
                from_hex(each["salt"]), each["value"].encode("utf-8"), "sha256"
            ).hexdigest()
            if not isinstance(person, dict) or person.get(field) != found:
                raise Wrong(
                    f"{name}: the {field} disclosed is not the one that the entry is bound to"
                )
        answers = answers_in(record)
        for each in (name, *answers):
            if each in self.ids:
                raise Wrong(f"{each} stands in the log twice")
            self.ids.add(each)
        self.records.append(record)
        self.saying += [record, *answers.values()]

    def statement(self, statement: dict[str, Any]) -> None:
        """Words have the hash that they are named by, and only one way to be divided into their
        three parts.
        """
        words = [statement["box"], statement["hint"], statement["notice"]]
        joined = "\n\n".join(words)
        if hashlib.sha256(joined.encode("utf-8")).hexdigest() != statement["sha256"]:
            raise Wrong("are not the words that have this SHA-256")
        if joined.split("\n\n") != words:
            raise Wrong("hold a blank line, so that nobody can tell where a part of them ends")

    def tell_restarts(self) -> None:
        """A restart explains why checkpoints of before do not fit; whether the reason is a good one
        is for people.
        """
        for record, entry in zip(self.records, self.pack["entries"]):  # noqa: B905  (Python 3.9)
            if record.get("kind") == "restart":
                self.notes.append(
                    "the clinic restarted its log at position {} ({at}, by {who}), because: "
                    "{reason}. Checkpoints of more than {agrees_up_to} and up to {former_size} "
                    "entries are of the log that was given up".format(
                        entry["position"], **{name: record.get(name) for name in RESTART}
                    )
                )

    def named_and_there(self) -> None:
        """Entries name words and pages by hashes; what they name must be there, once, and nothing
        else.
        """
        statements = [
            tuple(each[name.replace("statement_", "")] for name in NAMED)
            for each in self.pack["statements"]
        ]
        said = {
            tuple(each.get(name) for name in NAMED)
            for each in self.saying
            if each.get(NAMED[0]) is not None
        }
        renderings = [(each["sha256"],) for each in self.pack["renderings"]]
        shown = {
            (each["rendering_sha256"],)
            for each in self.saying
            if each.get("rendering_sha256") is not None
        }
        for kind, there, named in (("words", statements, said), ("rendering", renderings, shown)):
            if len(set(there)) != len(there):
                self.wrong.append(f"{kind}: something stands in the pack twice")
            for each in sorted(set(there) ^ named, key=str):
                trouble = (
                    "no entry in the pack names"
                    if each in there
                    else "missing in the pack, though named:"
                )
                self.wrong.append(f"{kind}: {trouble} {' '.join(map(str, each))}")


def examine(pack: Path, keys: Sequence[Key], kept: Sequence[Path]) -> Check:
    """Return the check of *pack*, done. Raises `Unreadable`."""
    files, strangers = read_pack(pack)
    sums = sums_in(files[SUMS])
    damaged = [
        f"{name}: is not the file that {SUMS} lists"
        for name in sorted({*sums, *PARTS})
        if name not in files or hashlib.sha256(files[name]).hexdigest() != sums.get(name)
    ]
    if not set(PARTS) <= set(files):
        raise Unreadable("; ".join(damaged))
    texts = [(str(path), as_kept(read_file(path).decode("utf-8", "replace"))) for path in kept]
    for name, text in texts:
        if not text:
            raise Unreadable(f"{name} holds no checkpoint")
    try:
        check = Check(files, keys, texts)
    except Unreadable as error:
        raise Unreadable("; ".join([*damaged, str(error)])) from None
    check.wrong += damaged
    check.notes += [f"{name} is not part of the pack and was not looked at" for name in strangers]
    check.run()
    return check


def say(line: str) -> None:
    """Print *line*; what could move the cursor, and what the terminal cannot show, as JSON writes
    it in ASCII.
    """
    coding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(
        "".join(
            c if c.isprintable() and c.encode(coding, "ignore") else json.dumps(c)[1:-1]
            for c in line
        )
    )


def tell(check: Check, show: bool) -> int:
    """Print what was found; the exit code."""
    for note in check.notes:
        say(f"Note: {note}")
    for finding in check.wrong[:MOST_FINDINGS]:
        say(f"WRONG  {finding}")
    if check.wrong:
        say(f"NOT OK: {len(check.wrong)} findings, the first of them above")
        return 1
    for record, entry in zip(check.records, check.pack["entries"]) if show else []:  # noqa: B905  (Python 3.9)
        disclosed = {field: opening["value"] for field, opening in entry["openings"].items()}
        own = {name: value for name, value in record.items() if name not in (CONSENTS, SHARED)}
        for each in ({**own, "disclosed": disclosed}, *answers_told(record)):
            say(json.dumps({"position": entry["position"], **each}, ensure_ascii=False))
    root = base64.b64encode(check.head.root).decode()
    say(
        f"OK: {len(check.records)} entries, log of {check.head.size}, checkpoint {root}, "
        f"{check.anchored} earlier checkpoints hold"
    )
    return 0


def answers_told(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers that came with a request as they are shown: each by itself, in the order
    in which they were given.
    """
    answers = [
        {"kind": "consent", "id": uid, "request": record.get("request"), **answer}
        for uid, answer in answers_in(record).items()
    ]
    return sorted(answers, key=lambda answer: str(answer.get("occurred_at")))


def a_key(text: str) -> Key:
    """Return a key from the command line."""
    try:
        return Key.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError("not a key of the form name+hash+base64") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine the pack that the command line names; the exit code."""
    parser = argparse.ArgumentParser(description="Checks an evidence pack of Consult Intake.")
    parser.add_argument("pack", type=Path, help="the pack: a folder or a .zip")
    parser.add_argument(
        "--key", type=a_key, action="append", default=[], help="a public key that you trust"
    )
    parser.add_argument(
        "--anchors", type=Path, action="append", default=[], help="a file of checkpoints you kept"
    )
    parser.add_argument("--show", action="store_true", help="print what the entries say")
    given = parser.parse_args(arguments)
    try:
        return tell(examine(given.pack, given.key, given.anchors), given.show)
    except Unreadable as problem:
        say(f"UNREADABLE  {problem}")
    except Exception as error:  # damage of a kind that nobody thought of is damage too
        say(f"UNREADABLE  the pack cannot be read: {type(error).__name__}: {error}")
    return 2


if __name__ == "__main__":
    sys.exit(main())
