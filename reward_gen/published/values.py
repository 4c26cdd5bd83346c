"""What is known of an expression while it is vectorised, and the small pieces of syntax it is built from."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from .refusal import NotVectorisableError


@dataclass(frozen=True)
class Value:
    """An expression of the batched program.

    Attributes:
        node: its syntax.
        rank: number of axes that it has in one world.
        batched: whether the axis of worlds stands before these; a constant is the same in all worlds.
        items: the elements of a tuple or list literal, else None.
        keyed: the entries of a dict literal, else None.
    """

    node: ast.expr
    rank: int = 0
    batched: bool = False
    items: tuple[Value, ...] | None = None
    keyed: dict[str, Value] | None = None

    def named(self, name: str) -> Value:
        """The same, read from a variable."""
        return replace(self, node=ast.Name(name, ast.Load()))

    def array(self) -> Value:
        """The same, where it may stand in arithmetic."""
        if self.items is not None or self.keyed is not None:
            raise NotVectorisableError("a list or dict is used as a number")
        return self


def constant(value: object) -> ast.Constant:
    """A literal."""
    return ast.Constant(value)  # type: ignore[arg-type]


def xp(function: str, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    """``xp.function(*args, **keywords)``; `function` may be dotted."""
    target: ast.expr = ast.Name("xp", ast.Load())
    for part in function.split("."):
        target = ast.Attribute(target, part, ast.Load())
    return ast.Call(target, list(args), [ast.keyword(name, node) for name, node in keywords.items()])


def index(node: ast.expr, parts: list[ast.expr]) -> ast.Subscript:
    """``node[parts]``."""
    at = parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())
    return ast.Subscript(node, at, ast.Load())


def aligned(values: list[Value], rank: int | None = None) -> list[ast.expr]:
    """The nodes of `values`, lower ranks widened behind the axis of worlds, so that they broadcast."""
    rank = max(value.rank for value in values) if rank is None else rank
    return [_widened(value.array(), rank) for value in values]


def joined(node: ast.expr, values: list[Value]) -> Value:
    """`node`, made elementwise of `values`."""
    return Value(node, max(value.rank for value in values), any(value.batched for value in values))


def filled(value: Value, like: Value) -> ast.expr:
    """A number as an array over all worlds, of the shape of `like`; what is batched stays."""
    if value.batched:
        return value.node
    return ast.BinOp(xp("zeros_like", like.node), ast.Add(), value.node)


def _widened(value: Value, rank: int) -> ast.expr:
    if not value.batched or value.rank == rank:
        return value.node
    return index(value.node, [ast.Slice(), *[constant(None)] * (rank - value.rank)])
