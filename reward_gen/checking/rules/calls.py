"""Calls: keywords from the list, types by name and never by string, short ranges."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..surface import DTYPES, FUNCTIONS, KEYWORDS
from .finding import Finding, at, near
from .numbers import fold

LONGEST_RANGE = 10_000
_INSTEAD = {
    "dim": "write axis",
    "keepdim": "write keepdims",
    "out": "assign the result instead",
    "where": "use xp.where on the result",
}
# Refused in every call: a plain name may stand for a function of xp.
_NEVER = frozenset({"out", "where", "casting", "like", "signature", "subok"})
_TAKE_TEXT = frozenset({"einsum", "norm"})


def findings(tree: ast.AST) -> Iterator[Finding]:
    """Refused keywords, types given by string, and long ranges."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            yield from _keyword(node, keyword)
        if isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS - _TAKE_TEXT:
            yield from _texts(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            yield from (finding for value in node.args for finding in _dtype(value))
        if isinstance(node.func, ast.Name) and node.func.id == "range":
            yield from _range(node)


def _keyword(call: ast.Call, keyword: ast.keyword) -> Iterator[Finding]:
    if keyword.arg is None:
        yield at(call, "`**` in a call is not allowed; write the keywords out")
    elif keyword.arg == "dtype":
        yield from _dtype(keyword.value)
    elif keyword.arg in _NEVER or (isinstance(call.func, ast.Attribute) and keyword.arg not in KEYWORDS):
        hint = f"; {_INSTEAD[keyword.arg]}" if keyword.arg in _INSTEAD else near(keyword.arg, KEYWORDS)
        yield at(call, f"the keyword {keyword.arg} is not allowed{hint}")


def _texts(call: ast.Call) -> Iterator[Finding]:
    for value in call.args:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield at(value, "text is no argument for arrays; a type is written as xp.float64")


def _dtype(value: ast.expr) -> Iterator[Finding]:
    by_attribute = isinstance(value, ast.Attribute) and value.attr in {*DTYPES, "dtype"}
    if not by_attribute and not (isinstance(value, ast.Name) and value.id in {"float", "int", "bool"}):
        yield at(value, "a type is written as xp.float64, xp.int64, xp.bool_, float, int or bool")


def _range(call: ast.Call) -> Iterator[Finding]:
    for value in call.args:
        bound = fold(value)
        if bound is not None and abs(bound) > LONGEST_RANGE:
            message = f"a range beyond {LONGEST_RANGE} is not allowed; use array operations over the batch"
            yield at(call, message)
