"""Constants that grow out of bounds, and operators that repeat or format without bound."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator

from .finding import Finding, at

LARGEST_INT = 2**31
LARGEST_EXPONENT = 64
_FOLDED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_SEQUENCES = (ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.JoinedStr)


def fold(node: ast.AST) -> float | None:
    """The value of a constant expression; infinite where it is out of bounds, None where not constant."""
    if isinstance(node, ast.Constant):
        value = node.value
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        operand = fold(node.operand)
        return -operand if operand is not None and isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        left, right = fold(node.left), fold(node.right)
        return None if left is None or right is None else _combine(node.op, left, right)
    return None


def _combine(op: ast.operator, left: float, right: float) -> float | None:
    try:
        if isinstance(op, ast.Pow):
            if abs(right) > LARGEST_EXPONENT or abs(left) > LARGEST_INT:
                return math.inf
            power = left**right
            return power if isinstance(power, int | float) else None
        return _FOLDED[type(op)](left, right) if type(op) in _FOLDED else None
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return None


def findings(tree: ast.AST) -> Iterator[Finding]:
    """Huge integers and powers, repeated sequences, formatted strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and abs(node.value) > LARGEST_INT:
            yield at(node, f"integers beyond {LARGEST_INT} are not allowed; write a float such as 1e10")
        elif isinstance(node, ast.BinOp):
            yield from _operator(node)


def _operator(node: ast.BinOp) -> Iterator[Finding]:
    value = fold(node)
    exponent = fold(node.right) if isinstance(node.op, ast.Pow) else None
    sides = (node.left, node.right)
    if value is not None and (math.isinf(value) or (isinstance(value, int) and abs(value) > LARGEST_INT)):
        yield at(node, "this constant is out of bounds; write the number as a float such as 1e10")
    elif exponent is not None and abs(exponent) > LARGEST_EXPONENT:
        yield at(node, f"an exponent beyond {LARGEST_EXPONENT} is not allowed; use xp.exp for steep shapes")
    elif isinstance(node.op, ast.Mod) and (_is_text(node.left) or isinstance(node.left, ast.JoinedStr)):
        yield at(node, "`%` on text is not allowed; term names are plain words")
    elif isinstance(node.op, ast.Mult) and any(
        _is_text(side) or isinstance(side, _SEQUENCES) for side in sides
    ):
        yield at(node, "repeating a sequence is not allowed; use xp.zeros, xp.ones or xp.full")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
