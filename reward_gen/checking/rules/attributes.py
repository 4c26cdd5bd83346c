"""Every attribute is a declared field, a function of the array namespace, or a harmless method."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..surface import ATTRIBUTES, BUILTINS, ELSEWHERE, LINALG, MATH_NAMES, XP_NAMES
from .finding import Finding, at, functions, import_aliases, near, parameters

VIEWS = ("obs", "next_obs")


def findings(tree: ast.Module, fields: frozenset[str]) -> Iterator[Finding]:
    """Attributes outside the list, and uses of obs, next_obs or a namespace other than reading from it."""
    spaces = {"xp"} | import_aliases(tree, "numpy")
    maths = import_aliases(tree, "math")
    params = {param.arg for function in functions(tree) for param in parameters(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from _attribute(node, fields, spaces, maths, params)
    yield from _bare_uses(tree, {*VIEWS, *spaces, *maths})


def _attribute(
    node: ast.Attribute, fields: frozenset[str], spaces: set[str], maths: set[str], params: set[str]
) -> Iterator[Finding]:
    name = node.attr
    base = node.value.id if isinstance(node.value, ast.Name) else None
    if not isinstance(node.ctx, ast.Load):
        yield at(node, f"the attribute {name} may not be assigned; arguments are read-only, work on a copy")
    elif name.startswith("_"):
        yield at(node, f"the attribute {name} is not allowed; names with a leading underscore are private")
    elif base in VIEWS:
        if name not in fields:
            known = ", ".join(sorted(fields))
            yield at(node, f"{base} has no field {name}{near(name, fields)}; the fields are {known}")
    elif base in spaces:
        yield from _of_namespace(node, "xp", name, XP_NAMES)
    elif base in maths:
        yield from _of_namespace(node, "math", name, MATH_NAMES)
    elif isinstance(node.value, ast.Attribute) and _is_linalg(node.value, spaces):
        yield from _of_namespace(node, "xp.linalg", name, LINALG)
    elif name not in ATTRIBUTES and not (base in params and name in fields):
        yield at(node, f"the attribute {name} is not allowed{near(name, ATTRIBUTES)}")


def _is_linalg(node: ast.Attribute, spaces: set[str]) -> bool:
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
    """`obs`, `xp` and their like are read from or handed to a helper, nothing else."""
    proper: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            proper.add(id(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in BUILTINS:
            proper.update(id(value) for value in [*node.args, *(keyword.value for keyword in node.keywords)])
    for name in (node for node in ast.walk(tree) if isinstance(node, ast.Name)):
        if name.id in special and id(name) not in proper and isinstance(name.ctx, ast.Load):
            yield at(name, f"{name.id} may only be read from, as in {name.id}.name, or handed to a helper")
