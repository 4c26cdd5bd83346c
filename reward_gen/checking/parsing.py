"""Text to syntax tree, for texts that nobody vouches for."""

from __future__ import annotations

import ast
import types
import warnings
from collections.abc import Callable
from typing import TypeVar

from ..faults import FILENAME
from ..program import ENTRY

_Result = TypeVar("_Result")


class UnparsableError(ValueError):
    """A text that is not Python.

    Attributes:
        line: 1-based line of the error, or 0 where the parser names none.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line


def parse(text: str) -> ast.Module:
    """The module that `text` spells.

    Raises:
        UnparsableError: where it is no Python, or too deeply nested to be read.
    """
    return _told(lambda: ast.parse(text))


def code_of(tree: ast.Module) -> types.CodeType:
    """The code of a module, where the compiler has nothing against it, such as a ``break`` outside a loop.

    Raises:
        UnparsableError: where it has.
    """
    return _told(lambda: compile(tree, FILENAME, "exec", dont_inherit=True))


def _told(work: Callable[[], _Result]) -> _Result:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work()
    except SyntaxError as error:
        raise UnparsableError(f"this is not valid Python: {error.msg}", error.lineno or 0) from None
    except (RecursionError, MemoryError):
        raise UnparsableError("the program is nested too deeply to be read") from None
    except ValueError as error:
        raise UnparsableError(f"this is not valid Python: {error}") from None


def entries(tree: ast.Module) -> list[ast.FunctionDef]:
    """The module's own definitions of ``compute_reward``."""
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY]
