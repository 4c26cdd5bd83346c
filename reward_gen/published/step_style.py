"""Text2Reward's style: a method ``compute_dense_reward(self, action, obs)`` that pays one world.

The names that it reads through ``self`` are put into the words of our task. What comes out is a program of
our contract in two forms: one calls the function for each world in turn, and, where the syntax tree allows
it, one pays all worlds at once. The first is what the author wrote; the second must agree with it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ...envs.spec import TaskSpec
from ..checking.rules.finding import stored
from .aliases import METHOD, Aliases, field_read, reads_of
from .imports import plain_imports
from .refusal import NotVectorisableError, UntranslatableError, missing, refuse
from .vectorise import vectorise

METHODS = ("compute_dense_reward", "compute_reward")
_WORLD = "reward_of_one_world"
_CONTRACT = "def compute_reward(obs, action, next_obs, xp): ..."


@dataclass(frozen=True)
class StepReward:
    """Both forms of a per-world reward.

    Attributes:
        looped: the program that runs the author's function for each world in turn.
        vectorised: the program that pays all worlds at once; empty where there is none.
        why_not: why there is none.
    """

    looped: str
    vectorised: str
    why_not: str = ""


def read_step_style(tree: ast.Module, spec: TaskSpec) -> StepReward:
    """The programs that stand for the method in `tree`.

    Raises:
        UntranslatableError: where the method reads what `spec` does not have.
    """
    tree = plain_imports(tree)
    method = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in METHODS)
    beside = [node for node in tree.body if node is not method and not isinstance(node, ast.Pass | ast.Expr)]
    _Words(spec, method).visit(method)
    looped = _looped(method, beside, spec)
    try:
        body = vectorise(method.body, beside, spec)
    except NotVectorisableError as error:
        return StepReward(looped, "", str(error))
    program = ast.parse(_CONTRACT)
    program.body[0].body = body  # type: ignore[attr-defined]
    return StepReward(looped, _text(program))


class _Words(ast.NodeTransformer):
    """Puts ``next_obs.handle_pos`` for ``self.obj1.position``, as the task's aliases say."""

    def __init__(self, spec: TaskSpec, method: ast.FunctionDef) -> None:
        self._aliases = Aliases(spec)
        self._task = spec.name
        names = [arg.arg for arg in method.args.args]
        if not names:
            raise refuse(method, f"{method.name} takes no self; write {METHODS[0]}(self, action, obs)")
        self._self = names[0]
        self._vectors = set(names[1:]) - {"action", "actions"} - stored(method.body)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = _dotted(node)
        if not name.startswith(f"{self._self}."):
            return self.generic_visit(node)  # type: ignore[return-value]
        name = METHOD + name.removeprefix(f"{self._self}.")
        if not isinstance(node.ctx, ast.Load):
            raise refuse(
                node, f"it sets {name}, but a reward keeps no state; compute it from obs and next_obs"
            )
        found = self._aliases.find(name)
        if found is not None:
            return found
        if isinstance(node.value, ast.Attribute) and self._starts(node.value, name):
            node.value = self.visit_Attribute(node.value)
            return node
        raise missing(node, name, f"the task {self._task}", self._aliases.names(method=True))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == self._self:
            raise refuse(node, f"{node.id} is handed on as a whole; name what is read from it")
        if node.id in self._vectors:
            raise missing(node, node.id, f"the task {self._task}", self._aliases.names(method=True))
        return ast.Name("action", node.ctx) if node.id == "actions" else node

    def _starts(self, node: ast.Attribute, name: str) -> bool:
        """Whether some beginning of the dotted `name` is known, as before a method such as ``.copy``."""
        while isinstance(node, ast.Attribute):
            name = name.rpartition(".")[0]
            if self._aliases.find(name) is not None:
                return True
            node = node.value  # type: ignore[assignment]
        return False


def _looped(method: ast.FunctionDef, beside: list[ast.stmt], spec: TaskSpec) -> str:
    """The program that calls the author's function for each world."""
    used = sorted(reads_of(method))
    taken = {node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
    names = {}
    for view, field in used:
        name = f"{'next' if view == 'next_obs' else 'old'}_{field}"
        while name in taken:
            name += "_"
        names[view, field] = name
    function = ast.parse(ast.unparse(method)).body[0]
    assert isinstance(function, ast.FunctionDef)
    function = _Parameters(names).visit(function)
    function.name = _WORLD
    function.args = _arguments(["action", *names.values()])
    function.decorator_list, function.returns = [], None
    reads = ", ".join(["action[i]", *(f"{view}.{field}[i]" for view, field in used)])
    tail = [
        "def compute_reward(obs, action, next_obs, xp):",
        f"    worlds = [{_WORLD}({reads}) for i in range(len(action))]",
        *_collected(method),
    ]
    head = [f"import {space}" for space in ("math",) if _uses(method, beside, space)]
    head += ["import numpy as np"] if _uses(method, beside, "np") else []
    parts = ["\n".join(head), *map(ast.unparse, beside), ast.unparse(function), "\n".join(tail)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _collected(method: ast.FunctionDef) -> list[str]:
    """The lines that put the worlds' rewards, and their terms where there are some, into arrays."""
    returned = [node.value for node in ast.walk(method) if isinstance(node, ast.Return)]
    pairs = [isinstance(value, ast.Tuple) and len(value.elts) == 2 for value in returned]
    if not returned or any(pairs) != all(pairs):
        raise UntranslatableError(
            f"{method.name} returns a number or a number and a dict, each time the same"
        )
    if not any(pairs):
        return ["    total = 1.0 * xp.asarray(worlds)", "    return total, {'dense_reward': total}"]
    return [
        "    total = 1.0 * xp.asarray([world[0] for world in worlds])",
        "    names = list(worlds[0][1])",
        "    terms = {name: 1.0 * xp.asarray([world[1][name] for world in worlds]) for name in names}",
        "    return total, terms",
    ]


class _Parameters(ast.NodeTransformer):
    def __init__(self, names: dict[tuple[str, str], str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        read = field_read(node)
        if read is not None:
            return ast.Name(self._names[read], ast.Load())
        return self.generic_visit(node)  # type: ignore[return-value]


def _arguments(names: list[str]) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )


def _uses(method: ast.AST, beside: list[ast.stmt], name: str) -> bool:
    nodes = [node for part in (method, *beside) for node in ast.walk(part)]
    return any(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _dotted(node: ast.expr) -> str:
    """``self.obj1.position`` as written; empty before what is computed."""
    if isinstance(node, ast.Name):
        return node.id
    before = _dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{before}.{node.attr}" if before and isinstance(node, ast.Attribute) else ""


def _text(program: ast.Module) -> str:
    return ast.unparse(ast.fix_missing_locations(program)) + "\n"
