"""Reads Python's annotations and defaults as text, and never evaluates them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from .kinds import ANYTHING, Kind, ParameterType, as_json_value
from .model import Parameter
from .python_source import parse_expression

_BUILTINS = {kind.value: kind for kind in Kind if kind not in (Kind.ANY, Kind.DATE, Kind.DATETIME)}
# These mean the same with any prefix: typing.List, t.List, datetime.date, dt.date.
_PREFIXED = {
    "Any": Kind.ANY,
    "List": Kind.LIST,
    "Dict": Kind.DICT,
    "Mapping": Kind.DICT,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
}
_KIND_OF_VALUE = {
    bool: Kind.BOOL,
    int: Kind.INT,
    float: Kind.FLOAT,
    str: Kind.STR,
    list: Kind.LIST,
    dict: Kind.DICT,
}
_MOMENTS: dict[str, tuple[Kind, type[date]]] = {
    "date": (Kind.DATE, date),
    "datetime": (Kind.DATETIME, datetime),
}


class _Default(NamedTuple):
    """What a default says; *type* is None where it says nothing of the type."""

    value: Any
    type: ParameterType | None
    problem: str = ""


@lru_cache(maxsize=256)
def parse_type(annotation: str) -> ParameterType | None:
    """The type that *annotation* names, None if it is not understood."""
    try:
        return _type(parse_expression(annotation))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def understand(
    name: str, annotation: str | None, default: str | None, help: str
) -> tuple[Parameter, str | None]:
    """Make a parameter of an assignment's texts; beside it, what the person should know of it.

    No *default*, or an ellipsis, makes it required.
    """
    declared = parse_type(annotation) if annotation else None
    found = _read_default(default)
    problems = [found.problem]
    if annotation and declared is None:
        problems.append(
            f"Its annotation {_short(annotation)} is not understood; any value is accepted."
        )
        declared = ANYTHING
    type_ = declared or found.type or ANYTHING
    is_given = default is not None and default.strip() != "..."
    if is_given and not found.problem:
        if found.value is None:
            type_ = replace(type_, nullable=True)
        elif complaint := type_.complaint(found.value):
            problems.append(f"Its default {complaint}.")
    parameter = Parameter(
        name=name,
        type=type_,
        default=found.value,
        required=not is_given,
        help=help,
        source=_source(name, annotation, default),
    )
    warning = " ".join(filter(None, problems))
    return parameter, f"Parameter '{name}': {warning}" if warning else None


def _type(node: ast.expr) -> ParameterType | None:
    match node:
        case ast.Constant(value=str(text)):
            return parse_type(text)
        case ast.Name() | ast.Attribute():
            return _plain(node)
        case ast.BinOp(op=ast.BitOr()):
            return _union(_alternatives(node))
        case ast.Subscript(value=head, slice=ast.Tuple(elts=arguments)):
            return _subscripted(_last_name(head), arguments)
        case ast.Subscript(value=head, slice=argument):
            return _subscripted(_last_name(head), [argument])
    return None


def _plain(node: ast.expr) -> ParameterType | None:
    name = _last_name(node)
    kind = _PREFIXED.get(name)
    if kind is None and isinstance(node, ast.Name):
        kind = _BUILTINS.get(name)
    if kind is Kind.ANY:
        return ANYTHING
    return ParameterType(kind=kind) if kind else None


def _subscripted(head: str, arguments: Sequence[ast.expr]) -> ParameterType | None:
    type_ = None
    match head, arguments:
        case (("list" | "List"), [element]):
            type_ = ParameterType(kind=Kind.LIST, items=_type(element))
        case (("dict" | "Dict" | "Mapping"), [ast.Name(id="str"), value]):
            type_ = ParameterType(kind=Kind.DICT, items=_type(value))
        case "Optional", [one]:
            type_ = _union([one, ast.Constant(value=None)])
        case "Union", alternatives:
            type_ = _union(alternatives)
        case "Literal", members:
            type_ = _literal([as_json_value(ast.literal_eval(member)) for member in members])
        case "Annotated", [one, *_]:
            type_ = _type(one)
    return type_


def _literal(members: Sequence[Any]) -> ParameterType | None:
    choices = tuple(member for member in members if member is not None)
    kinds = {_KIND_OF_VALUE.get(type(choice)) for choice in choices}
    if not choices or not kinds <= {Kind.STR, Kind.INT, Kind.FLOAT, Kind.BOOL}:
        return None
    kind = kinds.pop() if len(kinds) == 1 else None
    return ParameterType(
        kind=kind or Kind.ANY, choices=choices, nullable=len(choices) < len(members)
    )


def _union(alternatives: Sequence[ast.expr]) -> ParameterType | None:
    types = [_type(node) for node in alternatives if not _is_none(node)]
    if len(types) != 1 or types[0] is None:
        return None
    return replace(types[0], nullable=types[0].nullable or len(types) < len(alternatives))


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _read_default(text: str | None) -> _Default:
    if text is None:
        return _Default(None, None)
    try:
        node = parse_expression(text)
        if moment := _moment(node):
            return moment
        value = ast.literal_eval(node)
    except (SyntaxError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        return _Default(None, None, f"Its default {_short(text)} is known only when it runs.")
    if value is ...:
        return _Default(None, None)
    try:
        value = as_json_value(value)
    except ValueError:
        return _Default(
            None, None, f"Its default {_short(text)} cannot be shown, because it is not JSON."
        )
    kind = _KIND_OF_VALUE.get(type(value))
    return _Default(value, ParameterType(kind=kind) if kind else None)


def _moment(node: ast.expr) -> _Default | None:
    """Read `date(2026, 1, 31)` and `datetime.fromisoformat("…")`, with any module before them."""
    if not isinstance(node, ast.Call):
        return None
    make: Callable[..., date]
    match node.func:
        case ast.Attribute(value=owner, attr="fromisoformat"):
            kind, class_ = _MOMENTS.get(_last_name(owner), (None, None))
            make = class_.fromisoformat if class_ else date
        case function:
            kind, class_ = _MOMENTS.get(_last_name(function), (None, None))
            make = class_ or date
    if kind is None:
        return None
    named = {word.arg or "": ast.literal_eval(word.value) for word in node.keywords}
    moment = make(*map(ast.literal_eval, node.args), **named)
    return _Default(moment.isoformat(), ParameterType(kind=kind))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def _source(name: str, annotation: str | None, default: str | None) -> str:
    declared = f"{name}: {annotation}" if annotation else name
    return declared if default is None else f"{declared} = {default}"
