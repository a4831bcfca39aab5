"""The words of a message, from templates/mail/<name>/: subject.txt, body.txt and body.html."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from jinja2 import Environment, meta

from intake.languages import translator
from intake.templates import environment

PARTS = ("subject.txt", "body.txt", "body.html")


@dataclass(frozen=True)
class Rendered:
    """One message, said."""

    subject: str
    text: str
    html: str
    template_sha256: str
    """The hash of the templates and their wording in this language, without what is filled in:
    which wording was sent.
    """


def render(name: str, language: str, values: Mapping[str, object]) -> Rendered:
    """Return the message *name* in *language* with *values*."""
    env, folder = environment(language), f"mail/{name}"
    subject = " ".join(env.get_template(f"{folder}/subject.txt").render(values).split())
    filled = {**values, "subject": subject}
    text = (
        re.sub(r"\n{3,}", "\n\n", env.get_template(f"{folder}/body.txt").render(filled)).strip()
        + "\n"
    )
    html = env.get_template(f"{folder}/body.html").render(filled)
    return Rendered(subject, text, html, template_sha256(name, language))


@cache
def template_sha256(name: str, language: str) -> str:
    """Return the hex digest of a message's wording: every template that takes part, and the
    translation of its words.
    """
    env, digest = environment(language), sha256()
    for part in PARTS:
        for template in sorted(_with_parts(env, f"mail/{name}/{part}")):
            source = _source(env, template)
            for piece in (template, source, *_words(env, source, language)):
                digest.update(piece.encode() + b"\0")
    return digest.hexdigest()


def _with_parts(env: Environment, template: str) -> set[str]:
    """Return the template and whatever it extends or includes."""
    found = meta.find_referenced_templates(env.parse(_source(env, template)))
    return {template}.union(*(_with_parts(env, other) for other in found if other))


def _source(env: Environment, template: str) -> str:
    assert env.loader is not None  # noqa: S101  (environment() gives one)
    return env.loader.get_source(env, template)[0]


def _words(env: Environment, source: str, language: str) -> Iterator[str]:
    say = translator(language)
    for _, _, message in env.extract_translations(source):  # type: ignore[attr-defined]
        yield say(str(message))
