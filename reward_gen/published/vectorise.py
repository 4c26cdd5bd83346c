"""A function about one world -> a program over all worlds: branches become ``where``."""

from __future__ import annotations

import ast

from ...envs.spec import TaskSpec
from .branches import always_returns, settled
from .expressions import Expressions
from .refusal import NotVectorisableError
from .values import Value, aligned, constant, index, xp

_TOTAL = "total"


def vectorise(body: list[ast.stmt], constants: list[ast.stmt], spec: TaskSpec) -> list[ast.stmt]:
    """The body of ``compute_reward`` that pays all worlds what `body` pays each one.

    Args:
        body: statements over ``obs``, ``next_obs`` and ``action`` in one world, that return the reward or
            a pair of it and its terms.
        constants: statements beside the function, whose names `body` may read.
        spec: the task, for the shapes of its fields.

    Raises:
        NotVectorisableError: where a batched form is not known, such as for a loop that ends early.
    """
    return _Writer(spec, _names(*body, *constants)).program(body, constants)


class _Writer:
    """Writes statement by statement; inside a branch every assignment keeps the other worlds' values."""

    def __init__(self, spec: TaskSpec, taken: set[str]) -> None:
        self._variables: dict[str, Value] = {}
        self._expressions = Expressions(spec, self._variables)
        self._taken = taken
        self._written: list[ast.stmt] = []
        self._total = self._fresh(_TOTAL)
        self._terms: dict[str, Value] | None = None

    def program(self, body: list[ast.stmt], constants: list[ast.stmt]) -> list[ast.stmt]:
        for statement in constants:
            self._statement(statement, None)
        flat = settled(body)
        if not always_returns(flat):
            raise NotVectorisableError("some way through it returns nothing")
        self._block(flat, None)
        total = self._variables[self._total]
        terms = self._terms or {"dense_reward": total}
        keys: list[ast.expr | None] = [constant(name) for name in terms]
        rows = ast.Dict(keys, [_row(term) for term in terms.values()])
        return [*self._written, ast.Return(ast.Tuple([_row(total), rows], ast.Load()))]

    def _block(self, statements: list[ast.stmt], guard: ast.expr | None) -> None:
        for statement in statements:
            self._statement(statement, guard)

    def _statement(self, node: ast.stmt, guard: ast.expr | None) -> None:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, self._expressions.of(node.value), guard)
        elif isinstance(node, ast.AnnAssign | ast.Pass) or _is_comment(node):
            return
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, self._expressions.of(node.value), guard)
        elif isinstance(node, ast.AugAssign):
            self._assign(node.target, self._expressions.of(_spelt_out(node)), guard)
        elif isinstance(node, ast.If):
            self._branches(node, guard)
        elif isinstance(node, ast.For):
            self._loop(node, guard)
        elif isinstance(node, ast.Return) and node.value is not None:
            self._return(node.value, guard)
        else:
            raise NotVectorisableError(f"{type(node).__name__} has no batched form")

    def _assign(self, target: ast.expr, value: Value, guard: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._store(target.id, value, guard)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, guard)
        else:
            self._entry(target, value, guard)

    def _store(self, name: str, value: Value, guard: ast.expr | None) -> None:
        before = self._variables.get(name)
        if guard is not None and before is not None:
            value = _merged(guard, value, before)
        self._written.append(ast.Assign([ast.Name(name, ast.Store())], value.node))
        self._variables[name] = value.named(name)

    def _unpack(self, targets: list[ast.expr], value: Value, guard: ast.expr | None) -> None:
        """``x, y = value``: the elements are all taken before the first name changes."""
        if value.items is not None and len(value.items) == len(targets):
            parts = list(value.items)
        elif value.rank == 1:
            first: list[ast.expr] = [ast.Slice()] if value.batched else []
            parts = [
                Value(index(value.node, [*first, constant(place)]), 0, value.batched)
                for place in range(len(targets))
            ]
        else:
            raise NotVectorisableError("an array is unpacked along several axes")
        if _names(*(part.node for part in parts)) & _names(*targets):
            parts = [self._kept(part) for part in parts]
        for target, part in zip(targets, parts, strict=True):
            self._assign(target, part, guard)

    def _kept(self, value: Value) -> Value:
        name = self._fresh("part")
        self._store(name, value, None)
        return self._variables[name]

    def _entry(self, target: ast.expr, value: Value, guard: ast.expr | None) -> None:
        """``terms["reach"] = value`` into a dict of this function."""
        base, key = None, None
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            base = self._variables.get(target.value.id)
            key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        if base is None or base.keyed is None or not isinstance(key, str):
            raise NotVectorisableError("an array is written into")
        if guard is not None:
            if key not in base.keyed:
                raise NotVectorisableError("a term exists in some worlds only")
            before = base.keyed[key]
            value = _merged(
                guard, value, Value(index(base.node, [constant(key)]), before.rank, before.batched)
            )
        place = ast.Subscript(base.node, constant(key), ast.Store())
        self._written.append(ast.Assign([place], value.array().node))
        base.keyed[key] = value

    def _branches(self, node: ast.If, guard: ast.expr | None) -> None:
        test = self._expressions.truth(node.test)
        condition = test.node if test.batched else ast.Compare(_row(test), [ast.NotEq()], [constant(0)])
        chosen = self._mask("when", condition, guard)
        self._block(node.body, chosen)
        if node.orelse:
            self._block(node.orelse, self._mask("otherwise", xp("logical_not", chosen), guard))

    def _mask(self, name: str, test: ast.expr, guard: ast.expr | None) -> ast.expr:
        both = test if guard is None else xp("logical_and", guard, test)
        own = self._fresh(name)
        self._written.append(ast.Assign([ast.Name(own, ast.Store())], both))
        return ast.Name(own, ast.Load())

    def _loop(self, node: ast.For, guard: ast.expr | None) -> None:
        """A loop over a literal, written out: each turn sees plain values."""
        if node.orelse or any(isinstance(part, ast.Break | ast.Continue) for part in ast.walk(node)):
            raise NotVectorisableError("a loop ends early")
        for value in self._turns(node.iter):
            if isinstance(node.target, ast.Name) and isinstance(value.node, ast.Constant | ast.Attribute):
                self._variables[node.target.id] = value
            else:
                self._assign(node.target, value, guard)
            self._block(node.body, guard)

    def _turns(self, source: ast.expr) -> list[Value]:
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "range":
            try:
                bounds = [ast.literal_eval(arg) for arg in source.args]
                turns = range(*bounds)
            except (TypeError, ValueError):
                raise NotVectorisableError("the turns of a loop are not known beforehand") from None
            if len(turns) <= 32:
                return [Value(constant(turn)) for turn in turns]
        elif isinstance(source, ast.List | ast.Tuple):
            return list(self._expressions.of(source).items or ())
        raise NotVectorisableError("the turns of a loop are not known beforehand")

    def _return(self, node: ast.expr, guard: ast.expr | None) -> None:
        pair = node.elts if isinstance(node, ast.Tuple) else [node]
        reward = self._expressions.of(pair[0]).array()
        terms = self._expressions.of(pair[1]).keyed if len(pair) == 2 else {}
        if reward.rank or terms is None or len(pair) > 2:
            raise NotVectorisableError("it returns neither a number nor a number and a dict")
        first = self._terms is None
        self._store(self._total, reward, guard)
        if not first and list(terms) != list(self._terms or {}):
            raise NotVectorisableError("the branches return different terms")
        kept = {}
        for name, term in terms.items():
            variable = self._fresh(f"term_{name}") if first else (self._terms or {})[name].node.id  # type: ignore[attr-defined]
            own = term if pair[1:] and isinstance(pair[1], ast.Dict) else _entry_of(pair[1], name, term)
            self._store(variable, own, guard)
            kept[name] = self._variables[variable]
        self._terms = kept

    def _fresh(self, name: str) -> str:
        own, count = name, 1
        while own in self._taken:
            count += 1
            own = f"{name}_{count}"
        self._taken.add(own)
        return own


def _names(*nodes: ast.AST) -> set[str]:
    return {node.id for part in nodes for node in ast.walk(part) if isinstance(node, ast.Name)}


def _merged(guard: ast.expr, value: Value, before: Value) -> Value:
    """`value` in the worlds of the branch, `before` in the others."""
    rank = max(value.array().rank, before.array().rank)
    if value.rank != before.rank and (before if value.rank == rank else value).batched:
        raise NotVectorisableError("a variable changes its rank in a branch")
    nodes = aligned([Value(guard, 0, batched=True), value, before], rank)
    return Value(xp("where", *nodes), rank, batched=True)


def _entry_of(terms: ast.expr, name: str, term: Value) -> Value:
    return Value(index(terms, [constant(name)]), term.rank, term.batched)


def _row(value: Value) -> ast.expr:
    """One number for each world, a truth value counted as 0 or 1."""
    if value.rank:
        raise NotVectorisableError("a term is an array in one world")
    if value.batched:
        return value.node
    return ast.BinOp(value.node, ast.Add(), xp("zeros", ast.Call(ast.Name("len"), [ast.Name("action")], [])))


def _spelt_out(node: ast.AugAssign) -> ast.BinOp:
    target = ast.parse(ast.unparse(node.target), mode="eval").body
    return ast.BinOp(target, node.op, node.value)


def _is_comment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
