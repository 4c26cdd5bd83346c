"""Calls of array functions in one world -> the same over all worlds, reductions on the world's own axes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..checking.surface import ELEMENTWISE
from .refusal import NotVectorisableError
from .values import Value, aligned, constant, filled, joined, xp

if TYPE_CHECKING:
    from .expressions import Expressions

Keywords = dict[str, ast.expr]

# Other words for our functions: those of the math module, and of NumPy itself.
_SAME = {
    "acos": "arccos",
    "asin": "arcsin",
    "atan": "arctan",
    "atan2": "arctan2",
    "acosh": "arccosh",
    "asinh": "arcsinh",
    "atanh": "arctanh",
    "fabs": "abs",
    "pow": "power",
    "linalg.norm": "norm",
}
_REDUCING = frozenset({"sum", "mean", "max", "min", "prod", "any", "all", "std", "var", "amax", "amin"})
_AS_IT_IS = frozenset({"copy", "item", "array", "asarray", "squeeze", "flatten", "ravel"})
_CREATING = frozenset({"zeros", "ones", "eye"})


def call(name: str, args: list[Value], keywords: Keywords, expressions: Expressions) -> Value:
    """``np.name(*args)`` or ``math.name(*args)``."""
    name = _SAME.get(name, name)
    if not args:
        raise NotVectorisableError(f"{name} without an argument")
    if name in {"array", "asarray"}:
        return _array(args[0])
    if name == "dist" and len(args) == 2:
        left, right = aligned(args)
        return _reduced("linalg.norm", joined(ast.BinOp(left, ast.Sub(), right), args), None, {})
    if name == "where" and len(args) == 3:
        return choice(*args)
    if name in {"dot", "inner", "vdot"}:
        return dot(args)
    if name in _CREATING and not any(arg.batched for arg in args):
        return _created(name, args)
    if name == "cross" and [arg.rank for arg in args] == [1, 1]:
        return Value(xp("cross", *(arg.node for arg in args)), 1, any(arg.batched for arg in args))
    if name in {"zeros_like", "ones_like"}:
        return Value(xp(name, args[0].array().node), args[0].rank, args[0].batched)
    if name in {"concatenate", "hstack"} and args[0].items:
        return _concatenated(list(args[0].items))
    return method(name, args, keywords, expressions)


def method(name: str, args: list[Value], keywords: Keywords, expressions: Expressions) -> Value:
    """``args[0].name(*args[1:])``, or a function for which that is another spelling."""
    first, rest = args[0], args[1:]
    if first.items is not None:
        first = _array(first)
    if name == "norm" or name in _REDUCING:
        return _reduction(name, first, rest, keywords, expressions)
    if name == "clip":
        bounds = [expressions.of(node) for node in keywords.values()]
        return _elementwise("clip", [first, *rest, *bounds], {})
    if name == "dot" and len(rest) == 1:
        return dot([first, *rest])
    if name in {"flatten", "ravel", "squeeze"} and first.rank > 1:
        raise NotVectorisableError(f"{name} of a matrix")
    if name in _AS_IT_IS and not rest and not keywords:
        return first.array()
    return _elementwise(name, [first, *rest], keywords)


def choice(test: Value, first: Value, second: Value) -> Value:
    """``where(test, first, second)``."""
    sides = [test, first, second]
    return joined(xp("where", *aligned(sides)), sides)


def dot(sides: list[Value]) -> Value:
    """The product of two vectors."""
    if [side.array().rank for side in sides] != [1, 1]:
        raise NotVectorisableError("a product of matrices")
    product = ast.BinOp(sides[0].node, ast.Mult(), sides[1].node)
    return Value(xp("sum", product, axis=constant(-1)), 0, any(side.batched for side in sides))


def plain(name: str, value: Value) -> Value:
    """``abs``, ``float``, ``bool`` or ``int`` of a number."""
    if name == "abs":
        return Value(xp("abs", value.node), value.rank, value.batched)
    if value.rank:
        raise NotVectorisableError(f"{name} of an array")
    number = ast.BinOp(constant(1.0), ast.Mult(), value.node)
    made = {"float": number, "int": xp("trunc", number)}.get(
        name, ast.Compare(value.node, [ast.NotEq()], [constant(0)])
    )
    return Value(made, 0, value.batched)


def added(items: list[Value]) -> Value:
    """The sum of a list's elements."""
    total = items[0]
    for item in items[1:]:
        left, right = aligned([total, item])
        total = joined(ast.BinOp(left, ast.Add(), right), [total, item])
    return total


def _elementwise(name: str, args: list[Value], keywords: Keywords) -> Value:
    if keywords or name not in ELEMENTWISE:
        raise NotVectorisableError(f"{name} has no batched form")
    return joined(xp(name, *aligned([arg.array() for arg in args])), args)


def _reduction(
    name: str, first: Value, rest: list[Value], keywords: Keywords, expressions: Expressions
) -> Value:
    """A reduction with what it was called with; the order of a norm is kept as it stands."""
    keywords = dict(keywords)
    function = "linalg.norm" if name == "norm" else name
    places = ["ord", "axis"] if name == "norm" else ["axis"]
    keywords.update({place: value.node for place, value in zip(places, rest, strict=False)})
    axis = keywords.pop("axis", None)
    kept = set(keywords) - {"ord", "keepdims"}
    if kept or len(rest) > len(places) or any(expressions.of(node).batched for node in keywords.values()):
        raise NotVectorisableError(f"{name} with {', '.join(sorted(kept)) or 'such arguments'}")
    return _reduced(function, first.array(), axis, keywords)


def _reduced(function: str, value: Value, axis: ast.expr | None, keywords: Keywords) -> Value:
    if axis is None or (isinstance(axis, ast.Constant) and axis.value is None):
        return _reduced_whole(function, value, keywords)
    try:
        place = ast.literal_eval(axis)
    except ValueError:
        raise NotVectorisableError("an axis is no plain number") from None
    if not isinstance(place, int) or not -value.rank <= place < value.rank:
        raise NotVectorisableError("an axis that one world does not have")
    behind = place if place < 0 else place - value.rank
    keeps = isinstance(kept := keywords.get("keepdims"), ast.Constant) and kept.value is True
    node = xp(function, value.node, **{"axis": constant(behind), **keywords})
    return Value(node, value.rank if keeps else value.rank - 1, value.batched)


def _reduced_whole(function: str, value: Value, keywords: Keywords) -> Value:
    if keywords and value.rank != 1:
        raise NotVectorisableError("a reduction over several axes with further arguments")
    if value.rank == 0:
        if function in {"std", "var", "any", "all"}:
            raise NotVectorisableError(f"{function} of a number")
        return plain("abs", value) if function == "linalg.norm" else value
    if "keepdims" in keywords:
        raise NotVectorisableError("keepdims without an axis")
    axes = constant(-1) if value.rank == 1 else constant(tuple(range(-value.rank, 0)))
    return Value(xp(function, value.node, **{"axis": axes, **keywords}), 0, value.batched)


def _array(value: Value) -> Value:
    """``np.array(value)``: the elements of a list lie along a new axis, before those of their own."""
    if value.items is None:
        return value.array()
    items = [_array(item) for item in value.items]
    ranks = {item.rank for item in items}
    if len(ranks) != 1:
        raise NotVectorisableError("a list whose elements differ in rank")
    (rank,) = ranks
    like = next((item for item in items if item.batched), None)
    elements = ast.List([item.node if like is None else filled(item, like) for item in items], ast.Load())
    if like is None:
        return Value(xp("asarray", elements), rank + 1, batched=False)
    return Value(xp("stack", elements, axis=constant(-rank - 1)), rank + 1, batched=True)


def _concatenated(items: list[Value]) -> Value:
    parts = [_array(item) for item in items]
    if any(part.rank != 1 for part in parts) or len({part.batched for part in parts}) > 1:
        raise NotVectorisableError("arrays of different kinds are joined")
    whole = ast.List([part.node for part in parts], ast.Load())
    return Value(xp("concatenate", whole, axis=constant(-1)), 1, parts[0].batched)


def _created(name: str, args: list[Value]) -> Value:
    sizes = args[0].items
    rank = 2 if name == "eye" else 1 if sizes is None else len(sizes)
    return Value(xp(name, *(arg.node for arg in args)), rank, batched=False)
