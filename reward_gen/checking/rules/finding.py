"""What a rule found, and the small questions that several rules ask."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Function = ast.FunctionDef | ast.Lambda


class Finding(NamedTuple):
    """A broken rule: the 1-based line, and in one clause what is wrong and what to write instead."""

    line: int
    message: str


def at(node: ast.AST, message: str) -> Finding:
    """A finding at the line of `node`."""
    return Finding(getattr(node, "lineno", 1), message)


def near(name: str, known: Iterable[str]) -> str:
    """`` (did you mean a or b?)`` for the names that look like `name`; empty where none does."""
    matches = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.6)
    return f" (did you mean {' or '.join(matches)}?)" if matches else ""


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions and lambdas, at any depth."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def parameters(function: Function) -> list[ast.arg]:
    """All parameters, in the order in which they are written."""
    args = function.args
    rest = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *rest]


def body(function: Function) -> list[ast.AST]:
    """The statements of a function, or the expression of a lambda."""
    return list(function.body) if isinstance(function, ast.FunctionDef) else [function.body]


def defaults(function: Function) -> list[ast.expr]:
    """All default values."""
    return [*function.args.defaults, *(value for value in function.args.kw_defaults if value is not None)]


def own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of one scope: not those inside the functions which it defines."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(defaults(node) if isinstance(node, Function) else ast.iter_child_nodes(node))


def stored(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that this scope assigns, functions and imports aside."""
    return {n.id for n in own_nodes(nodes) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def import_aliases(tree: ast.AST, module: str) -> set[str]:
    """Names under which `module` is imported anywhere in the tree."""
    found = (alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    return {alias.asname or alias.name for alias in found if alias.name == module}
