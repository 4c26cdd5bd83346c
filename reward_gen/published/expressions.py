"""An expression about one world -> the same for all worlds at once."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ...envs.spec import TaskSpec
from . import array_calls
from .aliases import field_read
from .refusal import NotVectorisableError
from .values import Value, aligned, constant, index, joined, xp

_NUMPY_CONSTANTS = frozenset({"pi", "e", "inf"})
_BUILTINS = {"min": "minimum", "max": "maximum"}


class Expressions:
    """Translates expressions; `variables` holds what is known of the local names, and may change.

    Args:
        spec: the task, for the shapes of its fields and of its actions.
        variables: name -> what it stands for.
    """

    def __init__(self, spec: TaskSpec, variables: Mapping[str, Value]) -> None:
        self._spec = spec
        self._variables = variables

    def of(self, node: ast.expr) -> Value:
        """The batched form of `node`.

        Raises:
            NotVectorisableError: where we know of none.
        """
        kind = type(node).__name__
        translate = getattr(self, f"_{kind.lower()}", None)
        if translate is None:
            raise NotVectorisableError(f"{kind} has no batched form")
        value: Value = translate(node)
        return value

    def truth(self, node: ast.expr) -> Value:
        """The batched form of a condition: one truth value in each world."""
        value = self.of(node).array()
        if value.rank:
            raise NotVectorisableError("a condition is an array in one world")
        return value

    def _constant(self, node: ast.Constant) -> Value:
        return Value(node)

    def _name(self, node: ast.Name) -> Value:
        if node.id == "action":
            return Value(node, len(self._spec.action.shape), batched=True)
        if node.id not in self._variables:
            raise NotVectorisableError(f"{node.id} is no variable with a known shape")
        return self._variables[node.id]

    def _attribute(self, node: ast.Attribute) -> Value:
        if field_read(node):
            return Value(node, len(self._spec.field(node.attr).shape), batched=True)
        if isinstance(node.value, ast.Name) and node.value.id in {"np", "math"}:
            if node.attr in _NUMPY_CONSTANTS:
                return Value(ast.Attribute(ast.Name("xp", ast.Load()), node.attr, ast.Load()))
        elif node.attr == "T" and self.of(node.value).rank < 2:
            return self.of(node.value)
        raise NotVectorisableError(f"the attribute {node.attr} has no batched form")

    def _tuple(self, node: ast.Tuple) -> Value:
        items = tuple(self.of(item) for item in node.elts)
        made = ast.Tuple([item.node for item in items], ast.Load())
        return Value(made, batched=any(item.batched for item in items), items=items)

    def _list(self, node: ast.List) -> Value:
        return self._tuple(ast.Tuple(node.elts, ast.Load()))

    def _dict(self, node: ast.Dict) -> Value:
        keyed = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise NotVectorisableError("a key is no plain text")
            keyed[key.value] = self.of(item)
        made = ast.Dict([constant(key) for key in keyed], [item.node for item in keyed.values()])
        return Value(made, batched=True, keyed=keyed)

    def _binop(self, node: ast.BinOp) -> Value:
        if isinstance(node.op, ast.MatMult):
            return array_calls.dot([self.of(node.left), self.of(node.right)])
        sides = [self.of(node.left), self.of(node.right)]
        left, right = aligned(sides)
        return joined(ast.BinOp(left, node.op, right), sides)

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        value = self.of(node.operand).array()
        if isinstance(node.op, ast.Not):
            value = self.truth(node.operand)
            return Value(_not(value), 0, value.batched)
        return Value(ast.UnaryOp(node.op, value.node), value.rank, value.batched)

    def _compare(self, node: ast.Compare) -> Value:
        operands = [self.of(side) for side in (node.left, *node.comparators)]
        parts = []
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn | ast.Is | ast.IsNot):
                raise NotVectorisableError("`in` and `is` have no batched form")
            sides = aligned([left, right])
            parts.append(joined(ast.Compare(sides[0], [op], [sides[1]]), [left, right]))
        return folded("logical_and", parts)

    def _boolop(self, node: ast.BoolOp) -> Value:
        if not all(_is_condition(part) for part in node.values):
            raise NotVectorisableError("`and` and `or` choose between numbers")
        parts = [self.truth(part) for part in node.values]
        return folded("logical_and" if isinstance(node.op, ast.And) else "logical_or", parts)

    def _ifexp(self, node: ast.IfExp) -> Value:
        test, sides = self.truth(node.test), [self.of(node.body), self.of(node.orelse)]
        return array_calls.choice(test, *sides)

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self.of(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if base.keyed is not None or base.items is not None:
            return _element(base, node.slice)
        if any(isinstance(part, ast.Starred) for part in parts) or len(parts) > base.rank:
            raise NotVectorisableError("an index goes deeper than the array")
        places = [self._place(part) for part in parts]
        rank = base.rank - sum(not isinstance(place, ast.Slice) for place in places)
        return Value(index(base.node, [ast.Slice(), *places] if base.batched else places), rank, base.batched)

    def _place(self, part: ast.expr) -> ast.expr:
        """A plain index, which takes one element, or a slice, which keeps its axis."""
        if isinstance(part, ast.Slice):
            ends = (part.lower, part.upper, part.step)
            return ast.Slice(*(None if end is None else self._place(end) for end in ends))
        place = self.of(part)
        if place.batched or place.rank or place.items is not None or _is_none(part):
            raise NotVectorisableError("an index depends on the world or is an array")
        return place.node

    def _call(self, node: ast.Call) -> Value:
        path = _path(node.func)
        args = [self.of(arg) for arg in node.args]
        if any(keyword.arg is None for keyword in node.keywords):
            raise NotVectorisableError("`**` in a call")
        keywords = {keyword.arg or "": keyword.value for keyword in node.keywords}
        if len(path) == 1:
            return self._builtin(path[0], args, keywords)
        if path and path[0] in {"np", "math"}:
            return array_calls.call(".".join(path[1:]), args, keywords, self)
        if isinstance(node.func, ast.Attribute):
            return array_calls.method(node.func.attr, [self.of(node.func.value), *args], keywords, self)
        raise NotVectorisableError("a call of something computed")

    def _builtin(self, name: str, args: list[Value], keywords: dict[str, ast.expr]) -> Value:
        if keywords:
            raise NotVectorisableError(f"{name} with keywords")
        if name in _BUILTINS:
            parts = list(args[0].items) if len(args) == 1 and args[0].items else args
            if len(args) == 1 and args[0].rank == 1:
                return array_calls.method(name, args, {}, self)
            if len(parts) < 2 or any(part.array().rank for part in parts):
                raise NotVectorisableError(f"{name} over an array")
            return folded(_BUILTINS[name], parts)
        if name in {"abs", "float", "bool", "int"} and len(args) == 1:
            return array_calls.plain(name, args[0].array())
        if name == "sum" and len(args) == 1 and args[0].items:
            return array_calls.added(list(args[0].items))
        if name == "sum" and len(args) == 1 and args[0].rank == 1:
            return array_calls.method(name, args, {}, self)
        raise NotVectorisableError(f"{name} has no batched form")


def _element(base: Value, at: ast.expr) -> Value:
    """An entry of a literal that is known as such."""
    key = at.value if isinstance(at, ast.Constant) else None
    if base.keyed is not None and isinstance(key, str) and key in base.keyed:
        return Value(index(base.node, [at]), base.keyed[key].rank, base.keyed[key].batched)
    if base.items is not None and isinstance(key, int) and -len(base.items) <= key < len(base.items):
        return Value(index(base.node, [at]), base.items[key].rank, base.items[key].batched)
    raise NotVectorisableError("an index into a list or dict is no plain constant")


def folded(function: str, parts: list[Value]) -> Value:
    """``function(function(a, b), c)`` for parts a, b, c."""
    first, *rest = parts
    for part in rest:
        first = joined(xp(function, *aligned([first, part])), [first, part])
    return first


def _not(value: Value) -> ast.expr:
    return xp("logical_not", value.node)


def _is_condition(node: ast.expr) -> bool:
    """Whether `node` is true or false by its form, so that `and` is no choice between numbers."""
    if isinstance(node, ast.BoolOp):
        return all(_is_condition(part) for part in node.values)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.Compare | ast.Name | ast.Attribute | ast.Call)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _path(node: ast.expr) -> list[str]:
    """The parts of a dotted name; empty where it is none."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = _path(node.value)
        return [*before, node.attr] if before else []
    return []
