"""Eureka's style: a function over a batch of torch tensors, asked for by the names of its arguments.

It pays all worlds already, so only words change: arguments become fields, torch becomes xp.
"""

from __future__ import annotations

import ast

from ...envs.spec import TaskSpec
from ..program import ENTRY
from .aliases import Aliases
from .expressions import Expressions
from .imports import plain_imports
from .refusal import NotVectorisableError, UntranslatableError, missing, refuse
from .torch_words import torch_words

_CONTRACT = f"def {ENTRY}(obs, action, next_obs, xp): ..."
_DEVICE_WORDS = frozenset({"device", "dtype"})


def read_batched_style(tree: ast.Module, spec: TaskSpec) -> str:
    """The program that stands for the function in `tree`.

    Raises:
        UntranslatableError: where it asks for what `spec` does not have, or torch for what xp has not.
    """
    tree = plain_imports(tree)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Pass | ast.Expr)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
            node.body = _without_devices(node.body)
    tree = _DropAnnotations().visit(tree)
    tree = torch_words(tree)
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY]
    if len(found) != 1:
        raise UntranslatableError(f"it defines {ENTRY} {len(found)} times; it must do so once")
    _take_arguments(found[0], spec)
    beside = [_Numpy().visit(node) for node in tree.body if node is not found[0]]
    program = ast.Module([*_imports(tree), *beside, found[0]], [])
    return ast.unparse(ast.fix_missing_locations(program)) + "\n"


def _take_arguments(function: ast.FunctionDef, spec: TaskSpec) -> None:
    """Make the arguments of `function` local names that are read from ``obs`` and ``next_obs``."""
    aliases = Aliases(spec)
    expressions = Expressions(spec, {})
    args = function.args
    if args.vararg or args.kwarg:
        raise refuse(function, "it takes * or ** arguments; name each one")
    given = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    defaults = dict(zip(reversed([*args.posonlyargs, *args.args]), reversed(args.defaults), strict=False))
    defaults |= {arg: value for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value}
    lines: list[ast.stmt] = []
    for arg in given:
        world = aliases.find(arg.arg)
        if world is None and arg in defaults:
            value: ast.expr = defaults[arg]
        elif world is None:
            raise missing(function, arg.arg, f"the task {spec.name}", aliases.names(method=False))
        else:
            value = _batched(world, expressions)
        if not (isinstance(value, ast.Name) and value.id == arg.arg):
            lines.append(ast.Assign([ast.Name(arg.arg, ast.Store())], value))
    function.args = ast.parse(_CONTRACT).body[0].args  # type: ignore[attr-defined]
    function.body = [*lines, *function.body]


def _batched(world: ast.expr, expressions: Expressions) -> ast.expr:
    try:
        return expressions.of(world).node
    except NotVectorisableError as error:
        raise UntranslatableError(f"{ast.unparse(world)} has no batched form: {error}") from None


def _without_devices(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that do more than note on which device, or of which type, tensors are."""
    kept = []
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            if isinstance(value, ast.Attribute) and value.attr in _DEVICE_WORDS:
                continue
            if isinstance(value, ast.Call) and ast.unparse(value.func) == "torch.device":
                continue
        kept.append(node)
    return kept


class _DropAnnotations(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.Pass()
        return ast.copy_location(ast.Assign([node.target], node.value), node)


class _Numpy(ast.NodeTransformer):
    """What stands beside the function is not handed xp: it imports the same functions."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("np", node.ctx) if node.id == "xp" else node


def _imports(tree: ast.Module) -> list[ast.stmt]:
    """The imports that the program needs."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = {"math": "import math", "np": "import numpy as np"}
    return [ast.parse(line).body[0] for name, line in lines.items() if name in used]
