"""The pages as a stranger with a program sees them: every address, every form, anything in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bs4 import BeautifulSoup, Tag
from hypothesis import strategies as st
from werkzeug.routing import Rule

from intake.staff.guard import OPEN
from tests.fuzz.payloads import broken, values

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: str


class Door(Protocol):
    """A way to send a request, in this process or to a server."""

    def __call__(
        self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Answer: ...


@dataclass(frozen=True)
class Form:
    """A form as a page offers it."""

    page: str
    action: str
    fields: Mapping[str, str]
    days: frozenset[str] = frozenset()
    """Those of the fields that take a day."""
    buttons: frozenset[str] = frozenset()
    """Those of which a browser sends the one that was pressed."""


def forms_of(door: Door, paths: Sequence[str]) -> list[Form]:
    """Every form of every page."""
    found = []
    for path in paths:
        soup = BeautifulSoup(door("GET", path, {}, None).body, "html.parser")
        for form in soup.select("form[action]"):
            fields = {str(field["name"]): _value(field) for field in form.select("[name]")}
            days, buttons = (
                frozenset(str(one["name"]) for one in form.select(f"[name]{kind}"))
                for kind in ("[type=date]", ":is(button)")
            )
            found.append(Form(path, str(form["action"]), fields, days, buttons))
    return found


def _value(field: Tag) -> str:
    if field.name == "select":
        chosen = field.select_one("option[selected], option")
        return str(chosen.get("value", "")) if chosen else ""
    return field.get_text() if field.name == "textarea" else str(field.get("value", ""))


def paths_of(rules: Sequence[Rule], known: Mapping[str, str]) -> list[str]:
    """An address for each rule that takes GET, with *known* values in its blanks ("lost" where
    there is none).
    """
    # The pages of signing in end a session
    inside_first = sorted(rules, key=lambda rule: rule.endpoint in OPEN)
    return [filled(rule, known) for rule in inside_first if "GET" in (rule.methods or ())]


def filled(rule: Rule, known: Mapping[str, str], **changed: str) -> str:
    """The rule's address with *known* values in its blanks, but for those *changed*.

    A value may be known for one room alone: under the name "room.blank".
    """
    path, room = str(rule.rule), rule.endpoint.partition(".")[0]
    for blank in rule.arguments:
        value = changed.get(blank) or known.get(f"{room}.{blank}") or known.get(blank, "lost")
        for kind in ("", "int:", "path:", "string:"):
            path = path.replace(f"<{kind}{blank}>", value)
    return path


def filled_forms(forms: Sequence[Form]) -> st.SearchStrategy[tuple[Form, Mapping[str, str]]]:
    """A form with one to three fields changed to something hostile; the token stays, or nothing
    would be read.
    """

    def change(form: Form) -> st.SearchStrategy[tuple[Form, Mapping[str, str]]]:
        names = sorted(set(form.fields) - {"csrf_token"}) or ["more"]
        changes = st.dictionaries(
            st.sampled_from([*names, "unheard_of"]), values, min_size=1, max_size=3
        )
        return changes.map(lambda changed: (form, {**form.fields, **changed}))

    return st.sampled_from(forms).flatmap(change)


def judge(answer: Answer, asked: Callable[[], str]) -> None:
    """Fail with what was *asked* when the answer is no good one."""
    problems = list(broken(answer.status, answer.headers, answer.body))
    assert not problems, f"{'; '.join(problems)}: {asked()}"
