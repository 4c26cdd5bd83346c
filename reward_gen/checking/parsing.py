"""Text to syntax tree, for texts that nobody vouches for."""

from __future__ import annotations

import ast
import warnings

from ..program import ENTRY


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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise UnparsableError(f"this is not valid Python: {error.msg}", error.lineno or 0) from None
    except (RecursionError, MemoryError):
        raise UnparsableError("the program is nested too deeply to be read") from None
    except ValueError as error:
        raise UnparsableError(f"this is not valid Python: {error}") from None


def entries(tree: ast.Module) -> list[ast.FunctionDef]:
    """The module's own definitions of ``compute_reward``."""
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY]
