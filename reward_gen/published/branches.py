"""Early returns -> one return at the end of each branch, so that branches can be merged."""

from __future__ import annotations

import ast

from .refusal import NotVectorisableError

_MOST_STATEMENTS = 500


def settled(body: list[ast.stmt]) -> list[ast.stmt]:
    r"""The statements of `body`, what follows a branch that may return moved into the branches that go on.

    >>> tree = ast.parse("if near:\n    return 1\nx = 2\nreturn x")
    >>> print(ast.unparse(ast.Module(settled(tree.body), [])))
    if near:
        return 1
    else:
        x = 2
        return x

    Raises:
        NotVectorisableError: where a loop returns, or the text would grow out of bounds.
    """
    done: list[ast.stmt] = []
    for place, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            return [*done, statement]
        if isinstance(statement, ast.For) and _returns(statement):
            raise NotVectorisableError("a loop returns early")
        if not isinstance(statement, ast.If) or not _returns(statement):
            done.append(statement)
            continue
        rest = body[place + 1 :]
        _check_size([*statement.body, *statement.orelse, *rest])
        merged = ast.If(
            statement.test, settled([*statement.body, *rest]), settled([*statement.orelse, *rest])
        )
        return [*done, ast.copy_location(merged, statement)]
    return done


def _returns(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Return) for node in ast.walk(statement))


def _check_size(statements: list[ast.stmt]) -> None:
    if sum(isinstance(node, ast.stmt) for part in statements for node in ast.walk(part)) > _MOST_STATEMENTS:
        raise NotVectorisableError("the branches that return are too many")


def always_returns(body: list[ast.stmt]) -> bool:
    """Whether each way through settled statements ends in a return."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return always_returns(last.body) and always_returns(last.orelse)
    return isinstance(last, ast.Return)
