"""Why a published reward cannot join in."""

from __future__ import annotations

import ast

from ...envs.errors import UserError
from ..checking.rules.finding import near


class UntranslatableError(UserError):
    """A published reward that no program of our contract can stand for; the message names what is missing."""


class NotVectorisableError(Exception):
    """A per-world function that has no batched form that we can find; it is then run world by world."""


def refuse(node: ast.AST | None, message: str) -> UntranslatableError:
    """The refusal at the line of `node`."""
    line = getattr(node, "lineno", 0)
    return UntranslatableError(f"line {line}: {message}" if line else message)


def missing(node: ast.AST, name: str, owner: str, known: list[str]) -> UntranslatableError:
    """The refusal of a `name` that `owner` does not have, with the `known` names that are near it."""
    hint = near(name, known) or f"; it has {', '.join(sorted(known))}"
    return refuse(node, f"{owner} has no {name}{hint}")
