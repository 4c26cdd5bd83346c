"""Type annotations are checked for harmless syntax, then taken off the tree: they are never evaluated."""

from __future__ import annotations

import ast

from .finding import Finding, at

_HARMLESS = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Tuple,
    ast.List,
    ast.Constant,
    ast.BinOp,
    ast.BitOr,
    ast.Load,
)


class _Strip(ast.NodeTransformer):
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._check(node.returns)
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self._check(node.annotation)
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self._check(node.annotation)
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        plain = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
        return self.generic_visit(plain)

    def _check(self, annotation: ast.expr | None) -> None:
        if annotation is None:
            return
        for part in ast.walk(annotation):
            if not isinstance(part, _HARMLESS):
                message = (
                    f"{type(part).__name__} in a type annotation is not allowed; leave the annotation out"
                )
                self.findings.append(at(annotation, message))


def strip(tree: ast.Module) -> list[Finding]:
    """Take all annotations off `tree`, in place; findings for those that hold more than names."""
    stripper = _Strip()
    stripper.visit(tree)
    return stripper.findings
