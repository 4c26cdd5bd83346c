"""The imports of a published reward, and the one spelling that its array functions then go by."""

from __future__ import annotations

import ast

from .refusal import refuse

_SPACES = {"numpy": "np", "math": "math", "torch": "torch"}
_IDLE = frozenset({"typing", "__future__", "collections.abc"})


def plain_imports(tree: ast.Module) -> ast.Module:
    """The same module without imports, its array functions under ``np.``, ``math.`` and ``torch.``.

    Raises:
        UntranslatableError: where it imports anything else.
    """
    return _PlainImports().module(tree)


class _PlainImports(ast.NodeTransformer):
    def __init__(self) -> None:
        self._names: dict[str, str] = {"np": "np", "math": "math", "torch": "torch"}

    def module(self, tree: ast.Module) -> ast.Module:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self._plain(node)
            elif isinstance(node, ast.ImportFrom):
                self._from(node)
        done: ast.Module = self.visit(tree)
        return done

    def visit_Import(self, node: ast.Import) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(ast.parse(self._names[node.id], mode="eval").body, node)

    def _plain(self, node: ast.Import) -> None:
        for alias in node.names:
            root = alias.name.split(".")[0]
            if alias.name in _IDLE:
                continue
            if root not in _SPACES:
                raise refuse(node, f"it imports {alias.name}, which rewards do not have; write it with numpy")
            whole = _SPACES[root] + alias.name[len(root) :]
            self._names[alias.asname or root] = whole if alias.asname else _SPACES[root]

    def _from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if module in _IDLE:
            return
        root = module.split(".")[0]
        if root not in _SPACES or node.level:
            raise refuse(node, f"it imports {module or '.'}, which rewards do not have; write it with numpy")
        for alias in node.names:
            own = _SPACES[root] + module[len(root) :] + f".{alias.name}"
            self._names[alias.asname or alias.name] = own
