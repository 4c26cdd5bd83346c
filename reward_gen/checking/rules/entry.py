"""The shape of a program: constants, helpers, and one ``compute_reward`` that returns (reward, terms)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...program import ARGUMENTS, ENTRY
from .finding import Finding, at, body, defaults, functions, own_nodes, parameters

_SIGNATURE = f"def {ENTRY}({', '.join(ARGUMENTS)})"
_RETURN = "return a pair: the reward (B,) and a dict of terms {name: (B,)}"


def findings(tree: ast.Module) -> Iterator[Finding]:
    """Faults in the top level, the signature, default values and returns."""
    for node in tree.body:
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not text and not isinstance(node, ast.FunctionDef | ast.Assign | ast.Import | ast.Pass):
            yield at(
                node, "at the top level only constants and functions are allowed; move this into a function"
            )
    for function in functions(tree):
        for value in defaults(function):
            if not _is_literal(value):
                yield at(
                    value, "a default value is a plain number, text, None, True or False, or a tuple of them"
                )
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY]
    if not found:
        yield Finding(1, f"there is no function {ENTRY} at the top level; write {_SIGNATURE}")
    for function in found:
        yield from _signature(function)
        yield from _returns(function)


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Tuple):
        return all(_is_literal(element) for element in node.elts)
    return isinstance(node, ast.Constant)


def _signature(function: ast.FunctionDef) -> Iterator[Finding]:
    args = function.args
    plain = not (args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg or args.defaults)
    names = tuple(param.arg for param in parameters(function))
    if not plain or names != ARGUMENTS:
        yield at(function, f"the arguments are ({', '.join(names)}); write {_SIGNATURE}")


def _returns(function: ast.FunctionDef) -> Iterator[Finding]:
    returns = [node for node in own_nodes(body(function)) if isinstance(node, ast.Return)]
    if not returns:
        yield at(function, f"{ENTRY} returns nothing; {_RETURN}")
    for node in returns:
        value = node.value
        if isinstance(value, ast.Tuple):
            yield from _pair(value)
        elif not isinstance(value, ast.Name | ast.Call | ast.IfExp):
            yield at(node, _RETURN)


def _pair(value: ast.Tuple) -> Iterator[Finding]:
    if len(value.elts) != 2:
        yield at(value, f"{len(value.elts)} values are returned; {_RETURN}")
        return
    reward, terms = value.elts
    if isinstance(reward, ast.Dict | ast.List) or isinstance(terms, ast.List | ast.Tuple | ast.Constant):
        yield at(value, _RETURN)
    if isinstance(terms, ast.Dict):
        for key in terms.keys:
            if key is None:
                continue
            if isinstance(key, ast.Constant) and not _is_word(key.value):
                yield at(
                    key, f"the term name {key.value!r:.60} is not a plain word; write one like hand_to_goal"
                )


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isidentifier()
