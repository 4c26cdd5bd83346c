"""Which kinds of syntax a program may use; what is not named here is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..surface import IMPORTABLE
from .finding import Finding, at

_ALLOWED_NAMES = """
    Module FunctionDef Return Assign AugAssign For If Pass Break Continue Expr Assert Import alias
    BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict ListComp DictComp GeneratorExp comprehension Compare
    Call keyword Attribute Subscript Starred Name List Tuple Slice Constant JoinedStr FormattedValue
    arguments arg Load Store And Or Add Sub Mult Div Mod Pow FloorDiv MatMult BitAnd BitOr BitXor Invert Not
    UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn"""
_ALLOWED = frozenset(_ALLOWED_NAMES.split())
_INSTEAD = {
    "While": "`while` may never end; use array operations, or `for` over a short range",
    "ClassDef": "classes are not allowed; write plain functions",
    "AsyncFunctionDef": "`async` is not allowed; write a plain function",
    "Try": "`try` is not allowed; make the operation safe, e.g. xp.where or a small epsilon",
    "TryStar": "`try` is not allowed; make the operation safe, e.g. xp.where or a small epsilon",
    "Raise": "`raise` is not allowed; return finite values for every input",
    "With": "`with` is not allowed; a reward opens nothing",
    "Global": "`global` is not allowed; a reward keeps no state",
    "Nonlocal": "`nonlocal` is not allowed; a reward keeps no state",
    "Delete": "`del` is not allowed; leave the name unused",
    "ImportFrom": "`from ... import` is not allowed; use the argument xp, e.g. xp.exp",
    "Yield": "generators are not allowed; return the arrays",
    "YieldFrom": "generators are not allowed; return the arrays",
    "LShift": "shifts are not allowed; multiply by a float",
    "RShift": "shifts are not allowed; divide by a float",
    "Set": "sets have no fixed order; use a tuple",
    "SetComp": "sets have no fixed order; use a list",
}
_CONSTANTS = (bool, int, float, str, type(None), type(...))


def findings(tree: ast.AST) -> Iterator[Finding]:
    """Refused kinds of nodes, imports, decorators, constants and string formats."""
    for node in ast.walk(tree):
        kind = type(node).__name__
        line = node if hasattr(node, "lineno") else tree
        if kind not in _ALLOWED:
            yield at(line, _INSTEAD.get(kind, f"{kind} is not allowed in a reward"))
        elif isinstance(node, ast.Import):
            yield from _imports(node)
        elif isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield at(node, "decorators are not allowed; call the function yourself")
        elif isinstance(node, ast.Constant) and not isinstance(node.value, _CONSTANTS):
            yield at(node, f"{type(node.value).__name__} constants are not allowed; use real numbers")
        elif isinstance(node, ast.FormattedValue) and (node.format_spec or node.conversion != -1):
            yield at(node, "format specifications are not allowed; write {name} alone")


def _imports(node: ast.Import) -> Iterator[Finding]:
    for alias in node.names:
        if alias.name not in IMPORTABLE:
            yield at(node, f"`import {alias.name}` is not allowed; use the argument xp for array functions")
