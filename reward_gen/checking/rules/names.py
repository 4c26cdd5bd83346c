"""Every name is a builtin from the list or bound in the program; no function reaches itself."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from ..surface import BUILTINS
from .finding import (
    Finding,
    Function,
    at,
    body,
    functions,
    import_aliases,
    near,
    own_nodes,
    parameters,
    stored,
)

_INSTEAD = {
    "print": "a reward prints nothing; return the value as a term",
    "torch": "use the argument xp, which works for NumPy and torch alike",
    "np": "use the argument xp",
    "numpy": "use the argument xp",
    "math": "use the argument xp, or `import math` first",
    "isinstance": "every field is an array",
    "self": "compute_reward is a plain function",
}


def findings(tree: ast.Module) -> Iterator[Finding]:
    """Unknown, reserved and doubly defined names, and recursion."""
    reserved = {"obs", "next_obs", "xp"} | import_aliases(tree, "numpy") | import_aliases(tree, "math")
    yield from _dunders(tree)
    yield from _scope(list(tree.body), [], frozenset(BUILTINS), reserved)
    yield from _recursion(tree)


def _dunders(tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        name = getattr(node, "id", None) or getattr(node, "arg", None) or getattr(node, "name", None)
        if isinstance(name, str) and name.startswith("__"):
            yield at(node, f"the name {name} is not allowed; names do not start with two underscores")


def _scope(
    nodes: list[ast.AST], params: list[ast.arg], known: frozenset[str], reserved: set[str]
) -> Iterator[Finding]:
    variables = stored(nodes)
    inner = [node for node in own_nodes(nodes) if isinstance(node, Function)]
    defined = Counter(node.name for node in inner if isinstance(node, ast.FunctionDef))
    known = known | variables | set(defined) | _imported(nodes) | {param.arg for param in params}
    for node in own_nodes(nodes):
        if isinstance(node, ast.FunctionDef) and (defined[node.name] > 1 or node.name in variables):
            yield at(node, f"{node.name} is defined twice in one scope; keep one definition")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in reserved:
            yield at(node, f"{node.id} may not be assigned; choose another name")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in known:
            hint = _INSTEAD.get(node.id)
            hint = f"; {hint}" if hint else near(node.id, known) or "; define it above"
            yield at(node, f"the name {node.id} is not known{hint}")
    for function in inner:
        yield from _scope(body(function), parameters(function), known, reserved)


def _imported(nodes: list[ast.AST]) -> set[str]:
    imports = [node for node in own_nodes(nodes) if isinstance(node, ast.Import)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _recursion(tree: ast.Module) -> Iterator[Finding]:
    """Functions from which a chain of names leads back to themselves."""
    named = _named_functions(tree)
    edges: dict[str, set[str]] = {name: set() for name, _ in named}
    for name, function in named:
        edges[name] |= _reads(function) & set(edges)
    for name, function in named:
        if name in _reachable(edges, name):
            yield at(
                function, f"{name} calls itself; recursion is not allowed, write a loop over a short range"
            )


def _named_functions(tree: ast.Module) -> list[tuple[str, Function]]:
    found: list[tuple[str, Function]] = [
        (f.name, f) for f in functions(tree) if isinstance(f, ast.FunctionDef)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    return found


def _reads(function: Function) -> set[str]:
    nodes = [part for statement in body(function) for part in ast.walk(statement)]
    loaded = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return loaded - stored(body(function)) - {param.arg for param in parameters(function)}


def _reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    stack = list(edges[start])
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack.extend(edges[name])
    return seen
