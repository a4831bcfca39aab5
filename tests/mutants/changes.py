"""Small changes to a piece of code, each of which some test ought to notice."""

import ast
import copy
from collections.abc import Iterator, Sequence
from functools import singledispatch

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
LEFT_OUT = {
    "where",
    "with_for_update",
    "order_by",
    "limit",
    "distinct",
    "strip",
    "lower",
    "casefold",
    "execution_options",
}
"""A call of one of these is taken away: a query is narrowed no more, a text is not tidied."""
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
SILENT = {"log"}
"""What is said to the log is no rule."""

Place = tuple[ast.AST, str, int | None]
"""A node, its field, and the position where the field is a list."""


def changes(source: str) -> int:
    """How many changes there are for *source*."""
    return sum(1 for _ in _changes(ast.parse(source)))


def changed(source: str, number: int) -> str:
    """The text of *source*, written anew, with change *number*."""
    tree = ast.parse(source)
    for at, (place, new) in enumerate(_changes(tree)):
        if at == number:
            _put(place, new)
            return ast.unparse(ast.fix_missing_locations(tree))
    raise IndexError(number)


def _changes(tree: ast.AST) -> Iterator[tuple[Place, ast.AST | None]]:
    for place, node in _places(tree):
        for new in _variants(node):
            yield place, new


def _put(place: Place, new: ast.AST | None) -> None:
    parent, field, at = place
    if at is None:
        setattr(parent, field, new)
    elif new is None:
        del getattr(parent, field)[at]
    else:
        getattr(parent, field)[at] = new


def _places(node: ast.AST) -> Iterator[tuple[Place, ast.AST]]:
    """Every node that stands for something that happens: no annotations, no decorators, no
    docstrings.
    """
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_idle(child):
                yield (node, field, at), child
                yield from _places(child)


def _is_idle(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    is_log = isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[0] in SILENT
    return is_log or isinstance(call, ast.Constant)


@singledispatch
def _variants(node: ast.AST) -> Iterator[ast.AST | None]:
    """What could stand in the place of *node*; None to leave it out."""
    yield from ()


@_variants.register(ast.If)
@_variants.register(ast.While)
def _(node: ast.If | ast.While) -> Iterator[ast.AST]:
    yield _with(node, test=ast.UnaryOp(op=ast.Not(), operand=node.test))


@_variants.register(ast.Expr)
@_variants.register(ast.AugAssign)
@_variants.register(ast.Raise)
@_variants.register(ast.Delete)
@_variants.register(ast.Break)
@_variants.register(ast.Continue)
def _(_node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


@_variants.register
def _(node: ast.Assign) -> Iterator[ast.AST]:
    if all(isinstance(to, ast.Attribute | ast.Subscript) for to in node.targets):
        yield ast.Pass()


@_variants.register
def _(node: ast.Return) -> Iterator[ast.AST]:
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _with(node, value=ast.Constant(None))


@_variants.register
def _(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        yield _with(node, ops=[*node.ops[:at], COMPARED[type(operator)](), *node.ops[at + 1 :]])


@_variants.register
def _(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield from node.values


@_variants.register
def _(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand


@_variants.register
def _(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in CALCULATED:
        yield _with(node, op=CALCULATED[type(node.op)]())


@_variants.register
def _(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


@_variants.register
def _(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)


@_variants.register
def _(node: ast.Call) -> Iterator[ast.AST]:
    if (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in LEFT_OUT
        and not _is_one_row(node)
    ):
        yield node.func.value
        if node.func.attr == "where" and len(node.args) > 1:
            for at in range(len(node.args)):
                yield _with(node, args=_without(node.args, at))
    elif isinstance(node.func, ast.Name) and node.func.id in OTHER_NAME:
        yield _with(node, func=ast.Name(OTHER_NAME[node.func.id], ast.Load()))


@_variants.register
def _(node: ast.comprehension) -> Iterator[ast.AST]:
    if node.ifs:
        yield _with(node, ifs=[])


@_variants.register
def _(node: ast.Dict) -> Iterator[ast.AST]:
    for at in range(len(node.keys)):
        yield _with(node, keys=_without(node.keys, at), values=_without(node.values, at))


@_variants.register
def _(node: ast.Set) -> Iterator[ast.AST]:
    for at in range(len(node.elts) if len(node.elts) > 1 else 0):
        yield _with(node, elts=_without(node.elts, at))


def _is_one_row(call: ast.Call) -> bool:
    """Whether it says `limit(1)`: without it the one who asks takes the first row all the same."""
    return ast.unparse(call).endswith(".limit(1)")


def _without(nodes: Sequence[ast.AST | None], at: int) -> list[ast.AST | None]:
    return [*nodes[:at], *nodes[at + 1 :]]


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new
