"""Templates of pages are compiled once for all tests of a process, not once for each
application.
"""

from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Keeps what Jinja made of each template, by its name and its text."""

    def __init__(self) -> None:
        self.kept = dict[tuple[str, str], Any]()

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledTemplates()


class CompiledOnce(Environment):
    """Flask's own, with what was compiled before."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, bytecode_cache=COMPILED, **options)


def compile_once() -> None:
    """Have every application that is made from now on take what another one compiled."""
    Flask.jinja_environment = CompiledOnce
