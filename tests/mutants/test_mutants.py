"""The mutation run itself: which changes it makes, what it draws, and what was judged to change
nothing.
"""

import ast

import pytest

from tests.conftest import ROOT
from tests.mutants.changes import changed, changes
from tests.mutants.judged import judged_equivalent, lines_changed
from tests.mutants.report import Score, figures
from tests.mutants.rooms import ROOMS
from tests.mutants.sample import draw


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("a <= b", {"a < b"}),
        ("a in b", {"a not in b"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("a + 7", {"a - 7", "a + 8"}),
        ("b if a else c", {"b", "c"}),
        ("min(a)", {"max(a)", "pass"}),
        ("{1: a, 2: b}", {"{2: b}", "{1: a}", "{2: a, 2: b}", "{1: a, 3: b}"}),
        ("q.where(a, b)", {"q", "q.where(a)", "q.where(b)", "pass"}),
        ("if a:\n    b()", {"if not a:\n    b()", "if a:\n    pass"}),
        ("a.b = c", {"pass"}),
        ("def f() -> 7:\n    return a", {"def f() -> 7:\n    return None"}),
        ("log.info('x', 7)", set()),
        ("'a docstring'", set()),
        ("[a for a in b if a]", {"[a for a in b]"}),
    ],
)
def test_a_piece_of_code_is_changed_in_these_ways(source, becomes):
    made = {changed(source, number) for number in range(changes(source))} - {"pass"}

    assert made == becomes - {"pass"}


def test_every_change_is_code_and_another_one():
    for mutant in draw(ROOT, 60, seed=1):
        compile(mutant.after, mutant.path, "exec")
        assert mutant.before != mutant.after


def test_a_seed_draws_the_same_again():
    once, again, other = (
        draw(ROOT, 20, seed=seed, rooms=["hours", "outbox"]) for seed in (1, 1, 2)
    )

    assert [one.key for one in once] == [one.key for one in again]
    assert [one.key for one in once] != [one.key for one in other]
    assert {one.room.name for one in once} == {"hours", "outbox"}


def test_every_room_has_rules_and_tests():
    for room in ROOMS:
        assert all(list((ROOT / "intake").glob(pattern)) for pattern in room.rules), room.name
        assert all((ROOT / "tests" / name).exists() for name in room.tests), room.name


def test_what_was_judged_to_change_nothing_is_still_there_and_has_its_reason():
    for (path, was, _), why in judged_equivalent().items():
        text = ast.unparse(ast.parse((ROOT / path).read_text()))
        lines = {line.strip() for line in text.splitlines()}
        assert set(was.splitlines()) <= lines, f"{path} says this no more: {was}"
        assert len(why) > 20, f"say why it changes nothing: {was}"


def test_lines_are_told_without_their_indentation():
    assert lines_changed("a\n  b < c\n", "a\n  b <= c\n") == ("b < c", "b <= c")


def test_figures_leave_out_what_is_equivalent():
    scores = {"hours": Score(noticed=18, survived=1, equivalent=3), "lease": Score(noticed=1)}

    assert [line.rpartition(" ")[0].rpartition(":")[2].strip() for line in figures(scores)] == [
        "5.3%",
        "0.0%",
        "5.0%",
    ]
