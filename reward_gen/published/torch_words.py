"""Torch's words for array functions -> those of xp: ``dim`` becomes ``axis``, ``clamp`` becomes ``clip``."""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

from ..checking.rules.finding import near
from ..checking.surface import ARRAY_ATTRIBUTES, ARRAY_METHODS, LINALG, XP_NAMES
from .refusal import UntranslatableError, missing, refuse
from .values import constant, index, xp

_SAME = {
    "norm": "linalg.norm",
    "pow": "power",
    "cat": "concatenate",
    "concat": "concatenate",
    "acos": "arccos",
    "asin": "arcsin",
    "atan": "arctan",
    "atan2": "arctan2",
    "clamp": "clip",
    "tensor": "asarray",
    "as_tensor": "asarray",
    "ne": "not_equal",
    "eq": "equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "mul": "multiply",
    "div": "divide",
    "sub": "subtract",
    "neg": "negative",
    "unsqueeze": "expand_dims",
    "float": "float64",
    "double": "float64",
    "long": "int64",
    "bool": "bool_",
}
_KEYWORDS = {"dim": "axis", "keepdim": "keepdims", "p": "ord"}
_DROPPED = frozenset({"device", "dtype", "requires_grad"})
_AS_THEY_ARE = frozenset({"clone", "detach", "cpu", "cuda", "contiguous"})
_REAL = frozenset({"float", "double", "half"})
_TWO_OR_ALONG = {"max": "maximum", "min": "minimum"}
# Where an array module and torch give a method of one name another second argument.
_AXIS_SECOND = frozenset({"sum", "mean", "max", "min", "amax", "amin", "prod", "all", "any", "argmax"})
_ALONG = _AXIS_SECOND | {"cat", "stack", "concat", "unsqueeze", "squeeze", "argmin", "cumsum"}


def torch_words(tree: ast.Module) -> ast.Module:
    """`tree` with calls of torch functions and of tensor methods in our words, devices and types dropped.

    Raises:
        UntranslatableError: where there is no word for one of them.
    """
    done: ast.Module = _TorchWords().visit(tree)
    return done


class _TorchWords(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        node.keywords = [self._keyword(keyword) for keyword in node.keywords if keyword.arg not in _DROPPED]
        name, base = node.func.attr, node.func.value
        space = ast.unparse(base)
        if space == "math":
            return node
        if space in {"xp", "xp.linalg"}:
            return self._function(node, name)
        if re.fullmatch(r"xp(\.\w+)+", space):
            raise _unknown(node, f"{space.removeprefix('xp.')}.{name}")
        return self._method(node, name, base)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return node.value if node.attr == "values" and _has_places(node.value) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if _has_places(node.value) and isinstance(node.slice, ast.Constant) and node.slice.value == 0:
            return node.value
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("xp", node.ctx) if node.id in {"torch", "np"} else node

    def _keyword(self, keyword: ast.keyword) -> ast.keyword:
        return ast.keyword(_KEYWORDS.get(keyword.arg or "", keyword.arg), keyword.value)

    def _function(self, node: ast.Call, name: str) -> ast.AST:
        args, named = node.args, {keyword.arg or "": keyword.value for keyword in node.keywords}
        if name == "sigmoid" and len(args) == 1:
            return _sigmoid(args[0])
        if name in {"clamp", "clip"}:
            return _clamped(args, named)
        if name in _TWO_OR_ALONG and len(args) == 2 and not _is_axis(args[1]):
            return xp(_TWO_OR_ALONG[name], *args)
        if name == "norm" and len(args) > 1:
            return _norm(args, named)
        if name in {"std", "var"}:
            named = _spread(named)
        if name in _ALONG and len(args) == 2:
            named["axis"] = args[1]
            args = args[:1]
        if name in {"zeros", "ones"} and len(args) > 1:
            args = [ast.Tuple(args, ast.Load())]
        own = _SAME.get(name, name)
        if own.removeprefix("linalg.") not in XP_NAMES | LINALG:
            raise _unknown(node, name)
        call = xp(own, *args, **named)
        call.with_places = name in _TWO_OR_ALONG and "axis" in named  # type: ignore[attr-defined]
        return ast.copy_location(call, node)

    def _method(self, node: ast.Call, name: str, base: ast.expr) -> ast.AST:
        if name in {"to", "type"}:
            name = next((part.attr for part in node.args if _is_type(part)), "cpu").rstrip("0123456789")
        if name in _AS_THEY_ARE:
            return base
        if name in _REAL:
            # A truth value that was made real can be subtracted; one that was not cannot.
            return ast.BinOp(constant(1.0), ast.Mult(), base)
        if name in {"item", "tolist", "backward", "numpy"}:
            raise refuse(node, f".{name}() takes a tensor out of its batch; a reward stays batched")
        if name in {"size"} and len(node.args) == 1:
            return index(ast.Attribute(base, "shape", ast.Load()), node.args)
        if name in {"copy", "get", "items", "keys", "values", "append", "update", "extend"}:
            return node
        if name in {"view", "reshape"}:
            return xp("reshape", base, *([ast.Tuple(node.args, ast.Load())] if node.args[1:] else node.args))
        if name.rstrip("_") != name:
            raise refuse(node, f".{name}() changes a tensor in place; assign the result of .{name[:-1]}()")
        if name in ARRAY_ATTRIBUTES | ARRAY_METHODS | XP_NAMES | set(_SAME) | {"sigmoid"}:
            return self._function(
                ast.copy_location(ast.Call(node.func, [base, *node.args], node.keywords), node), name
            )
        raise missing(node, f".{name}()", "an array", sorted(ARRAY_METHODS))


def _unknown(node: ast.AST, name: str) -> UntranslatableError:
    known = sorted({*XP_NAMES, *_SAME, "sigmoid"})
    return refuse(node, f"torch.{name} has no counterpart in xp{near(name.rpartition('.')[2], known)}")


def _has_places(node: ast.expr) -> bool:
    """Whether torch gives the places along with the values, as in ``torch.max(x, dim=-1)[0]``."""
    return isinstance(node, ast.Call) and getattr(node, "with_places", False)


def _spread(named: dict[str, ast.expr]) -> dict[str, ast.expr]:
    """``std`` and ``var`` divide by one value less, unless they are told not to."""
    told = named.pop("unbiased", named.pop("correction", constant(1)))
    return named | {"ddof": ast.Call(ast.Name("int", ast.Load()), [told], [])}


def _sigmoid(value: ast.expr) -> ast.expr:
    below = xp("exp", ast.UnaryOp(ast.USub(), value))
    return ast.BinOp(constant(1.0), ast.Div(), ast.BinOp(constant(1.0), ast.Add(), below))


def _clamped(args: list[ast.expr], named: dict[str, ast.expr]) -> ast.expr:
    """``clamp`` with one bound, or with two, by place or by name."""
    bounds = dict(zip(("min", "max"), args[1:], strict=False)) | named
    value = args[0]
    for word, function in (("min", "maximum"), ("max", "minimum")):
        bound = bounds.get(word)
        if bound is not None and not (isinstance(bound, ast.Constant) and bound.value is None):
            value = xp(function, value, bound)
    return value


def _norm(args: list[ast.expr], named: dict[str, ast.expr]) -> ast.expr:
    """``norm(x, p, dim)``: the order comes second, as with us."""
    places = dict(zip(("ord", "axis"), args[1:], strict=False))
    return xp("linalg.norm", args[0], **(places | named))


def _is_axis(node: ast.expr) -> bool:
    """Whether a second argument of ``max`` is an axis: a plain integer."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return False
    return isinstance(value, int)


def _is_type(node: ast.expr) -> TypeGuard[ast.Attribute]:
    """Whether `node` names a type, as in ``torch.float32``."""
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "xp"
