"""Field masks: `a,b(c,d.e)` as paths, to cut an answer or to say which fields a change touches."""

from collections.abc import Iterator, Mapping
from typing import Any

from intake.demo.sandbox.problems import not_here, refused
from intake.demo.sandbox.shapes import ELSEWHERE, Shape

Path = tuple[str, ...]


def paths(mask: str, shape: Shape) -> list[Path]:
    """`a,b(c,d.e)` as [("a",), ("b", "c"), ("b", "d", "e")]; `*` stands for all. Raises for what
    *shape* has not.
    """
    if mask.count("(") != mask.count(")"):
        raise refused(f"Request contains an invalid argument: fields “{mask}”.")
    found = [path for path in _paths("".join(mask.split()), ()) if _is_there(path, shape)]
    return [path[:-1] if path[-1] == "*" else path for path in found]


def _paths(mask: str, before: Path) -> Iterator[Path]:
    for part in _split(mask):
        head, bracket, rest = part.partition("(")
        path = (*before, *head.replace("/", ".").split("."))
        if bracket:
            yield from _paths(rest.removesuffix(")"), path)
        else:
            yield path


def _split(mask: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, character in enumerate(mask):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield mask[start:at]
            start = at + 1
    yield mask[start:]


def _is_there(path: Path, shape: Any) -> bool:
    for part in path:
        shape = shape[0] if isinstance(shape, list) else shape
        if part == "*" and part is path[-1]:
            return True
        if not isinstance(shape, Mapping) or part not in shape:
            raise refused(f"Invalid field: '{'.'.join(path)}'")
        shape = shape[part]
        if shape == ELSEWHERE:
            raise not_here(f"the field “{'.'.join(path)}”")
    return True


def cut(answer: Any, mask: str | None, shape: Shape) -> Any:
    """*answer* with only what *mask* names; everything when there is none."""
    return _cut(answer, paths(mask, shape)) if mask else answer


def _cut(value: Any, wanted: list[Path]) -> Any:
    if () in wanted:
        return value
    if isinstance(value, list):
        return [_cut(item, wanted) for item in value]
    heads = dict.fromkeys(path[0] for path in wanted)
    return {
        head: _cut(value[head], [path[1:] for path in wanted if path[0] == head])
        for head in heads
        if head in value
    }


def pick(source: dict[str, Any], target: dict[str, Any], wanted: list[Path]) -> dict[str, Any]:
    """Return a copy of *target* with the *wanted* fields taken from *source*; one that is absent
    there is cleared.
    """
    result = {
        key: dict(value) if isinstance(value, dict) else value for key, value in target.items()
    }
    for path in wanted:
        if path == ():
            return dict(source)
        _set(result, path, _get(source, path))
    return result


def _get(source: dict[str, Any], path: Path) -> Any:
    value: Any = source
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _set(target: dict[str, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        target[part] = dict(target.get(part) or {})
        target = target[part]
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value
