"""Field masks: `a,b(c,d.e)` as paths, to cut an answer or to say which fields a change touches."""

from collections.abc import Iterator
from typing import Any

from intake.sandbox.problems import refused


def paths(mask: str) -> list[tuple[str, ...]]:
    """`a,b(c,d.e)` as [("a",), ("b", "c"), ("b", "d", "e")]. Raises 400 for what is no mask."""
    found = list(_paths(mask.replace(" ", ""), ()))
    if not mask or any(not part for path in found for part in path):
        raise refused(f"Request contains an invalid argument: fields “{mask}”.")
    return found


def _paths(mask: str, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
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


def cut(answer: Any, mask: str | None) -> Any:
    """*answer* with only what *mask* names; everything when there is none."""
    return answer if not mask or mask == "*" else _cut(answer, paths(mask))


def _cut(value: Any, wanted: list[tuple[str, ...]]) -> Any:
    if () in wanted:
        return value
    if isinstance(value, list):
        return [_cut(item, wanted) for item in value]
    if not isinstance(value, dict):
        return value
    heads = dict.fromkeys(path[0] for path in wanted)
    return {
        head: _cut(value[head], [path[1:] for path in wanted if path[0] == head]) for head in heads if head in value
    }


def pick(source: dict[str, Any], target: dict[str, Any], mask: str, allowed: set[str]) -> dict[str, Any]:
    """A copy of *target* with the fields of *mask* taken from *source*; one that is absent there is cleared."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in target.items()}
    for path in paths(mask):
        if ".".join(path) not in allowed:
            raise refused(f"Invalid field mask: {'.'.join(path)}")
        _set(result, path, _get(source, path))
    return result


def _get(source: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = source
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _set(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        target[part] = dict(target.get(part) or {})
        target = target[part]
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value
