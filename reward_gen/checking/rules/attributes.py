"""Every attribute is a declared field, a function of the array namespace, or a harmless method."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple, TypeGuard

from ..surface import ATTRIBUTES, BUILTINS, ELSEWHERE, LINALG, MATH_NAMES, XP_NAMES
from .finding import Finding, at, functions, import_aliases, near, parameters

VIEWS = ("obs", "next_obs")
# Parameters under which a helper gets xp, as is the custom for the module that it stands for.
_HANDED_OVER = frozenset({"np", "numpy"})


class _Names(NamedTuple):
    """The program's names by what they stand for."""

    fields: Set[str]
    params: Set[str]
    views: Set[str]
    spaces: Set[str]
    maths: Set[str]
    linalgs: Set[str]


def findings(tree: ast.Module, fields: frozenset[str]) -> Iterator[Finding]:
    """Attributes outside the list, and uses of obs, next_obs or a namespace other than reading from it."""
    params = {param.arg for function in functions(tree) for param in parameters(function)}
    spaces = {"xp"} | import_aliases(tree, "numpy") | (_HANDED_OVER & params)
    spaces |= _aliases(tree, lambda value: isinstance(value, ast.Name) and value.id in spaces)
    linalgs = _aliases(tree, lambda value: isinstance(value, ast.Attribute) and _is_linalg(value, spaces))
    maths = import_aliases(tree, "math")
    views = {
        *VIEWS,
        *_aliases(tree, lambda value: isinstance(value, ast.Name) and value.id in VIEWS) - params,
    }
    known = _Names(fields, params, views, spaces, maths, linalgs)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from _attribute(node, known)
    yield from _bare_uses(tree, {*views, *spaces, *maths})


def _aliases(tree: ast.AST, means: Callable[[ast.expr], bool]) -> set[str]:
    """Names that are assigned a value that `means` recognises, as in ``np = xp``."""
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and means(node.value))
    return {target.id for node in assigned for target in node.targets if isinstance(target, ast.Name)}


def _attribute(node: ast.Attribute, known: _Names) -> Iterator[Finding]:
    name = node.attr
    base = node.value.id if isinstance(node.value, ast.Name) else None
    if not isinstance(node.ctx, ast.Load):
        yield at(node, f"the attribute {name} may not be assigned; arguments are read-only, work on a copy")
    elif name.startswith("_"):
        yield at(node, f"the attribute {name} is not allowed; names with a leading underscore are private")
    elif base in known.views:
        if name not in known.fields:
            fields = ", ".join(sorted(known.fields))
            yield at(node, f"{base} has no field {name}{near(name, known.fields)}; the fields are {fields}")
    elif base in known.spaces:
        yield from _of_namespace(node, "xp", name, XP_NAMES)
    elif base in known.maths:
        yield from _of_namespace(node, "math", name, MATH_NAMES)
    elif base in known.linalgs or (
        isinstance(node.value, ast.Attribute) and _is_linalg(node.value, known.spaces)
    ):
        yield from _of_namespace(node, "xp.linalg", name, LINALG)
    elif name not in ATTRIBUTES and not (base in known.params and name in known.fields):
        yield at(node, f"the attribute {name} is not allowed{near(name, ATTRIBUTES)}")


def _is_linalg(node: ast.Attribute, spaces: Set[str]) -> bool:
    return node.attr == "linalg" and isinstance(node.value, ast.Name) and node.value.id in spaces


def _of_namespace(node: ast.AST, space: str, name: str, known: frozenset[str]) -> Iterator[Finding]:
    if name in known:
        return
    if name == "random":
        hint = "; a reward is a pure function without randomness"
    elif space == "xp" and name in ELSEWHERE:
        hint = f"; write {ELSEWHERE[name]}" if "(" in ELSEWHERE[name] else f"; write xp.{ELSEWHERE[name]}"
    else:
        hint = near(name, known)
    yield at(node, f"{space} has no {name}{hint}")


def _bare_uses(tree: ast.Module, special: set[str]) -> Iterator[Finding]:
    """`obs`, `xp` and their like are read from, given another name or handed to a helper, nothing else."""
    proper: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) or _renames(node):
            proper.add(id(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in BUILTINS:
            proper.update(id(value) for value in [*node.args, *(keyword.value for keyword in node.keywords)])
    for name in (node for node in ast.walk(tree) if isinstance(node, ast.Name)):
        if name.id in special and id(name) not in proper and isinstance(name.ctx, ast.Load):
            yield at(name, f"{name.id} may only be read from, as in {name.id}.name, or handed to a helper")


def _renames(node: ast.AST) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
