"""Writes go into local arrays only: not into arguments, not into anything that outlives the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..surface import CHANGING_METHODS
from .finding import Finding, Function, at, body, functions, own_nodes, parameters, stored

_ARGUMENTS = frozenset({"obs", "next_obs", "action"})


def findings(tree: ast.Module) -> Iterator[Finding]:
    """Writes into arguments, directly or through a view of them, into outer names, and growing loops."""
    for function in functions(tree):
        yield from _writes(function)
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name):
            yield from _growth(node, node.iter.id)


def _writes(function: Function) -> Iterator[Finding]:
    nodes = body(function)
    local = stored(nodes) | {param.arg for param in parameters(function)}
    views = _view_names(nodes)
    for node in own_nodes(nodes):
        target = _written(node)
        root = _root(target) if target is not None else None
        if target is None or root is None:
            continue
        if root in views or (root in _ARGUMENTS and not isinstance(target, ast.Name)):
            yield at(
                node, f"{root} belongs to the arguments, which are read-only; write into a copy: x.copy()"
            )
        elif root not in local:
            yield at(node, f"{root} outlives the call and may not be changed; a reward keeps no state")


def _written(node: ast.AST) -> ast.expr | None:
    """The expression whose object `node` changes in place, if it does."""
    if isinstance(node, ast.AugAssign):
        return node.target
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in CHANGING_METHODS else None
    return None


def _root(node: ast.AST) -> str | None:
    """The name at the bottom of a chain of attributes and subscripts."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _view_names(nodes: list[ast.AST]) -> set[str]:
    """Names that are only ever bound to a view of an argument, such as ``g = obs.hand[:, 0]``."""
    views: set[str] = set()
    others: set[str] = set()
    for node in own_nodes(nodes):
        if not isinstance(node, ast.Assign):
            continue
        names = stored(node.targets)
        chain = isinstance(node.value, ast.Attribute | ast.Subscript)
        is_view = chain and _root(node.value) in _ARGUMENTS and not _through_attribute(node.value)
        (views if is_view else others).update(names)
    return views - others


def _through_attribute(node: ast.AST) -> bool:
    """Whether a chain reads ``.shape`` or its like, which is no view."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    return any(part.attr in {"shape", "ndim", "size", "dtype"} for part in parts)


def _growth(loop: ast.For, name: str) -> Iterator[Finding]:
    for node in ast.walk(loop):
        target = _written(node) if isinstance(node, ast.Call) else None
        if target is not None and _root(target) == name:
            yield at(node, f"the loop runs over {name} and makes it longer; it may never end")
