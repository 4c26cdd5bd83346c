"""Each array function called once, rightly and wrongly: whatever NumPy puts off until its first use.

Behind the seal no module can be read from the disk any more, not even to word an error.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from ..checking.surface import FUNCTIONS, LINALG
from ..running.namespace import NUMPY

# `x` is a (B, 3) array of numbers not below 1, `m` a (3, 3) matrix.
_ARGUMENTS = {
    "where": "x > 1.0, x, x",
    "clip": "x, 0.0, 1.0",
    "broadcast_to": "x, x.shape",
    "concatenate": "[x, x]",
    "stack": "[x, x]",
    "hstack": "[x, x]",
    "vstack": "[x, x]",
    "expand_dims": "x, 0",
    "flip": "x, axis=-1",
    "moveaxis": "x, 0, 1",
    "swapaxes": "x, 0, 1",
    "repeat": "x, 2",
    "tile": "x, 2",
    "reshape": "x, x.shape",
    "roll": "x, 1",
    "take": "x, 0, axis=-1",
    "take_along_axis": "x, xp.argsort(x, axis=-1), axis=-1",
    "arange": "5",
    "eye": "3",
    "full": "x.shape, 1.0",
    "full_like": "x, 1.0",
    "linspace": "0.0, 1.0, 5",
    "ones": "x.shape",
    "zeros": "x.shape",
    "dot": "x, m",
    "matmul": "x, m",
    "einsum": "'bi,bj->b', x, x",
}
_OF_TWO = frozenset(
    """
    add allclose arctan2 copysign cross divide equal float_power floor_divide fmax fmin greater
    greater_equal heaviside hypot inner isclose less less_equal logaddexp logical_and logical_or
    logical_xor maximum minimum mod multiply not_equal outer power remainder subtract true_divide
    """.split()
)
_METHODS = (
    "x.all()", "x.any(axis=-1)", "x.clip(0.0, 1.0)", "x.max(axis=-1)", "x.mean(axis=-1)", "x.min()",
    "x.prod()", "x.round(2)", "x.std(axis=-1)", "x.sum(axis=-1)", "x.var()", "x.astype(xp.float32)",
    "x[x > 1.0]", "x ** 2", "x @ m", "xp.linalg.norm(x, axis=-1, keepdims=True)",
    "xp.linalg.norm(x, ord=1, axis=-1)", "xp.linalg.norm(m, ord=2)", "xp.linalg.norm(m, ord='nuc')",
    "xp.einsum('bi,ij,bj->b', x, m, x)", "xp.median(x, axis=-1)", "str(x)", "repr(x[0, 0])", "str(x > 1.0)",
)  # fmt: skip
_WRONG = (
    "x + xp.ones((5, 7))", "x @ x", "x.sum(axis=9)", "x[0, 9]", "x.reshape(5, 7)", "xp.stack([x, m])",
    "xp.concatenate([x, m[0]])", "xp.linalg.inv(0.0 * m)", "xp.linalg.norm(x, axis=9)", "xp.sin('x')",
    "xp.einsum('bi,bj', x)", "xp.array([[1.0], [1.0, 2.0]])", "xp.zeros(-1)", "x.astype(xp.float64).item()",
    "xp.cross(m, xp.ones(7))", "xp.linalg.det(x)", "xp.take(x, 99)", "xp.mean([])", "bool(x)", "x.foo",
    "xp.broadcast_to(x, (2, 2))", "xp.exp(None)", "1 // xp.array(0)", "xp.array(10**30) + 1",
)  # fmt: skip


def sample_call(name: str) -> str:
    """A call of the function `name` of the namespace that is right for it, as text over ``x`` and ``m``.

    >>> sample_call("hypot"), sample_call("clip")
    ('xp.hypot(x, x)', 'xp.clip(x, 0.0, 1.0)')
    """
    return f"xp.{name}({_ARGUMENTS.get(name, 'x, x' if name in _OF_TWO else 'x')})"


def warm_up() -> None:
    """Call everything once, and take back every warning: to show one, Python would open source files."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    space = {"xp": NUMPY, "x": np.ones((4, 3)), "m": np.eye(3)}
    for text in _calls():
        eval(text, space)
    for text in _WRONG:
        try:
            eval(text, space)
        except (ValueError, TypeError, IndexError, AttributeError, ArithmeticError) as error:
            str(error)


def _calls() -> Iterator[str]:
    yield from (sample_call(name) for name in sorted(FUNCTIONS))
    yield from (f"xp.linalg.{name}(m)" for name in sorted(LINALG))
    yield from _METHODS
