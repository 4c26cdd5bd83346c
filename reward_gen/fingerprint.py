"""Which programs are one and the same but for layout, comments and names."""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache

from .program import ENTRY, RewardProgram


def fingerprint(program: RewardProgram) -> str:
    r"""SHA-256 of the program's syntax tree, in hex, after all that does not change the reward is taken out.

    Taken out are comments, layout, docstrings, and the names of variables, helpers and terms. Programs of one
    fingerprint pay the same in every state; programs that pay the same may still have different ones.

    Raises:
        SyntaxError: the text is no Python.

    >>> first = RewardProgram("def compute_reward(obs, action, next_obs, xp):\n    near = obs.a  # why\n"
    ...                       "    return near, {'near': near}")
    >>> second = RewardProgram("def compute_reward(obs, action, next_obs, xp):\n    x = obs.a\n"
    ...                        "    return x, {'x': x}")
    >>> fingerprint(first) == fingerprint(second)
    True
    """
    return _of_text(program.text)


# A search asks for the same programs again and again, and a tree takes milliseconds.
@lru_cache(maxsize=16_384)
def _of_text(text: str) -> str:
    tree = _Nameless(ast.parse(text)).tree
    return hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()


class _Nameless(ast.NodeTransformer):
    """Numbers names in the order in which the text brings them up."""

    def __init__(self, tree: ast.Module) -> None:
        self._numbers: dict[str, str] = {}
        self._bound = _bound_names(tree)
        self._helpers = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self.tree = self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._name(node.name)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self._name(node.arg), None
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._name(node.id)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # A keyword of a library's function is no name of the program's own.
        if isinstance(node.func, ast.Name) and node.func.id in self._helpers:
            for keyword in node.keywords:
                keyword.arg = keyword.arg and self._name(keyword.arg)
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.keys = [key and self._key(key) for key in node.keys]
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.slice = self._key(node.slice)
        return self.generic_visit(node)

    def _key(self, node: ast.expr) -> ast.expr:
        """The name of a term, which stands in a dictionary as a string."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return ast.Constant(self._number(f"'{node.value}'"))
        return node

    def _name(self, name: str) -> str:
        return self._number(name) if name in self._bound else name

    def _number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"n{len(self._numbers)}")


def _bound_names(tree: ast.Module) -> set[str]:
    """Names that the program itself gives to something."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef) and node.name != ENTRY:
            found.add(node.name)
    return found
