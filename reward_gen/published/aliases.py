"""What the names in a published reward stand for in a task: one table per scene, kept as data."""

from __future__ import annotations

import ast
import copy
from functools import cache
from pathlib import Path

import yaml

from ...envs.spec import TaskSpec

_SCENES = Path(__file__).parent / "scenes"
_BEFORE = ("prev_", "previous_", "last_")
_ACTIONS = ("action", "actions")
METHOD = "self."


class Aliases:
    """Names of published rewards -> expressions over ``obs``, ``next_obs`` and ``action`` in one world.

    Besides the tables of the scenes that share a tag with the task, every field goes under its own name,
    ``self.`` before it or not; ``prev_`` before a name means the state before the step.

    >>> from rewardsmith.envs import task_class
    >>> ast.unparse(Aliases(task_class("drawer-open").spec).find("self.obj1.position"))
    'next_obs.handle_pos'

    Args:
        spec: the task.
    """

    def __init__(self, spec: TaskSpec) -> None:
        fields = {field.name for field in spec.fields}
        self._known: dict[str, ast.expr] = {}
        for name, choices in _tables(spec.tags):
            fitting = [node for node in map(_expression, choices) if fields_of(node) <= fields]
            if fitting:
                self._known[name] = fitting[0]
        for field in spec.fields:
            # A field's own name wins over a scene's: it is the word of this very task.
            self._known[field.name] = self._known[METHOD + field.name] = _expression(f"next_obs.{field.name}")
        if spec.step_seconds:
            self._known["dt"] = self._known["self.dt"] = ast.Constant(spec.step_seconds)
        for name in _ACTIONS:
            self._known[name] = ast.Name("action", ast.Load())

    def find(self, name: str) -> ast.expr | None:
        """A fresh expression for `name`, which may be dotted; None where the task has no such thing."""
        if name in self._known:
            return copy.deepcopy(self._known[name])
        start, own = (METHOD, name[len(METHOD) :]) if name.startswith(METHOD) else ("", name)
        for before in _BEFORE:
            found = self.find(start + own.removeprefix(before)) if own.startswith(before) else None
            if found is not None and fields_of(found):
                return _Earlier().visit(found)
        return None

    def names(self, *, method: bool) -> list[str]:
        """The names that a method may read through ``self``, or those that a function may ask for."""
        return [name for name in self._known if name.startswith(METHOD) == method]


class _Earlier(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("obs", node.ctx) if node.id == "next_obs" else node


def reads_of(node: ast.AST) -> set[tuple[str, str]]:
    """The (view, field) that an expression or a whole function reads, e.g. ``("obs", "hand_pos")``."""
    return {read for read in map(field_read, ast.walk(node)) if read is not None}


def fields_of(node: ast.AST) -> set[str]:
    """The fields that an expression reads, before the step or after it."""
    return {field for _, field in reads_of(node)}


def field_read(node: ast.AST) -> tuple[str, str] | None:
    """The (view, field) that `node` itself reads; None where it is no such thing."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return None
    return (node.value.id, node.attr) if node.value.id in {"obs", "next_obs"} else None


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@cache
def _tables(tags: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """(name, expressions) of all scenes that share a tag."""
    found: list[tuple[str, list[str]]] = []
    for path in sorted(_SCENES.glob("*.yaml")):
        scene = yaml.safe_load(path.read_text(encoding="utf-8"))
        if set(scene["tags"]) & set(tags):
            found += scene["names"].items()
    return found
