"""`xp` on torch: the same names with NumPy's meaning, so that one program text serves both."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from ..checking.surface import ARRAY_METHODS, FUNCTIONS
from .namespace import Namespace
from .torch_array import Axis, TorchArray, as_array, operands, real, reduction, to_dtype

# NumPy name -> torch name, where one call on floating-point arguments has the same meaning.
_REAL_UNARY = """arccos arccosh arcsin arcsinh arctan arctanh cos cosh deg2rad exp exp2 expm1 log log10 log1p
    log2 rad2deg reciprocal sin sinh sqrt tan tanh degrees=rad2deg radians=deg2rad"""
_UNARY = """abs absolute ceil floor isfinite isinf isnan logical_not negative sign square trunc rint=round
    ravel atleast_1d atleast_2d ones_like zeros_like"""
_REAL_BINARY = "arctan2 divide float_power hypot logaddexp true_divide heaviside copysign"
_BINARY = """add equal=eq floor_divide fmax fmin greater greater_equal inner less less_equal logical_and
    logical_or logical_xor matmul maximum minimum mod=remainder multiply not_equal=ne power=pow remainder
    subtract"""


def _pairs(text: str) -> list[tuple[str, Callable[..., torch.Tensor]]]:
    names = [word.partition("=")[::2] for word in text.split()]
    return [(name, getattr(torch, other or name)) for name, other in names]


def _unary(
    plain: Callable[..., torch.Tensor], prepare: Callable[[Any], TorchArray]
) -> Callable[..., TorchArray]:
    return lambda x: as_array(plain(prepare(x)))


def _binary(
    plain: Callable[..., torch.Tensor], prepare: Callable[[Any], TorchArray]
) -> Callable[..., TorchArray]:
    def call(x: Any, y: Any) -> TorchArray:
        left, right = operands(x, y)
        return as_array(plain(prepare(left), prepare(right)))

    return call


def _nan_as(value: float, one: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    return lambda x: one(torch.nan_to_num(real(x), nan=value, posinf=math.inf, neginf=-math.inf), -1)


_REDUCTIONS: dict[str, Callable[..., TorchArray]] = {
    "all": reduction(lambda x: torch.all(x, -1)),
    "any": reduction(lambda x: torch.any(x, -1)),
    "argmax": reduction(lambda x: torch.argmax(x, -1)),
    "argmin": reduction(lambda x: torch.argmin(x, -1)),
    "count_nonzero": reduction(lambda x: torch.count_nonzero(x, -1)),
    "max": reduction(lambda x: torch.amax(x, -1)),
    "amax": reduction(lambda x: torch.amax(x, -1)),
    "min": reduction(lambda x: torch.amin(x, -1)),
    "amin": reduction(lambda x: torch.amin(x, -1)),
    "mean": reduction(lambda x: torch.mean(real(x), -1)),
    "median": reduction(lambda x: torch.quantile(real(x), 0.5, -1)),
    "nanmax": reduction(_nan_as(-math.inf, torch.amax)),
    "nanmin": reduction(_nan_as(math.inf, torch.amin)),
    "nanmean": reduction(lambda x: torch.nanmean(real(x), -1)),
    "nansum": reduction(lambda x: torch.nansum(x, -1)),
    "prod": reduction(lambda x: torch.prod(x, -1)),
    "std": reduction(lambda x, ddof=0: torch.std(real(x), -1, correction=ddof)),
    "sum": reduction(lambda x: torch.sum(x, -1)),
    "var": reduction(lambda x, ddof=0: torch.var(real(x), -1, correction=ddof)),
}


def _along(plain: Callable[..., Any], standard: int | None) -> Callable[..., TorchArray]:
    """A function along one axis; with axis None, NumPy works on the flattened array."""

    def call(x: Any, axis: int | None = standard) -> TorchArray:
        array = as_array(x)
        return as_array(plain(array.reshape(-1), 0) if axis is None else plain(array, axis))

    return call


def _clip(x: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> TorchArray:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    found = as_array(x)
    if low is not None:
        found = as_array(torch.maximum(*operands(found, low)))
    return found if high is None else as_array(torch.minimum(*operands(found, high)))


def _dot(x: Any, y: Any) -> TorchArray:
    left, right = operands(x, y)
    if not left.ndim or not right.ndim:
        return as_array(left * right)
    if max(left.ndim, right.ndim) > 2:
        raise ValueError("xp.dot takes arrays of up to 2 axes; use xp.matmul or xp.einsum")
    return as_array(torch.matmul(left, right))


def _flip(x: Any, axis: Axis = None) -> TorchArray:
    array = as_array(x)
    axes = range(array.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    return as_array(torch.flip(array, tuple(axes)))


def _isclose(x: Any, y: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> TorchArray:
    return as_array(torch.isclose(real(x), real(y), rtol, atol, equal_nan))


def _joined(plain: Callable[..., torch.Tensor]) -> Callable[..., TorchArray]:
    def call(arrays: Sequence[Any], axis: int = 0) -> TorchArray:
        return as_array(plain([as_array(array) for array in arrays], axis))

    return call


def _repeat(x: Any, repeats: Any, axis: int | None = None) -> TorchArray:
    return as_array(torch.repeat_interleave(as_array(x), repeats, axis))


def _round(x: Any, decimals: int = 0) -> TorchArray:
    return as_array(torch.round(as_array(x), decimals=decimals))


def _squeeze(x: Any, axis: Axis = None) -> TorchArray:
    array = as_array(x)
    return as_array(torch.squeeze(array) if axis is None else torch.squeeze(array, axis))  # type: ignore[arg-type]


def _take(x: Any, indices: Any, axis: int | None = None) -> TorchArray:
    array, index = as_array(x), as_array(indices)
    if axis is None:
        return as_array(array.reshape(-1)[index])
    taken = array.movedim(axis, 0)[index]
    return as_array(taken.movedim(0, axis) if index.ndim else taken)


def _transpose(x: Any, axes: Sequence[int] | None = None) -> TorchArray:
    return as_array(x).transpose(*(axes or ()))


def _norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> TorchArray:
    array = real(x)
    if ord is not None and ((axis is None and array.ndim == 2) or isinstance(axis, tuple | list)):
        return as_array(torch.linalg.matrix_norm(array, ord, axis or (-2, -1), keepdims))
    return as_array(torch.linalg.vector_norm(array, 2 if ord is None else ord, axis, keepdims))


_OTHERS: dict[str, Callable[..., Any]] = {
    "allclose": lambda x, y, **options: bool(_isclose(x, y, **options).all()),
    "argsort": _along(lambda x, axis: torch.argsort(x, dim=axis, stable=True), -1),
    "array": lambda x, dtype=None: as_array(x, dtype).copy(),
    "asarray": as_array,
    "broadcast_to": lambda x, shape: as_array(torch.broadcast_to(as_array(x), shape)),
    "clip": _clip,
    "concatenate": _joined(torch.cat),
    "cross": lambda x, y, axis=-1: as_array(torch.linalg.cross(as_array(x), as_array(y), dim=axis)),
    "cumprod": _along(torch.cumprod, None),
    "cumsum": _along(torch.cumsum, None),
    "diff": lambda x, n=1, axis=-1: as_array(torch.diff(as_array(x), n, axis)),
    "dot": _dot,
    "einsum": lambda indices, *arrays: as_array(
        torch.einsum(indices, *(as_array(array) for array in arrays))
    ),
    "expand_dims": lambda x, axis: as_array(torch.unsqueeze(as_array(x), axis)),
    "flip": _flip,
    "full_like": lambda x, fill_value: as_array(torch.full_like(as_array(x), fill_value)),
    "hstack": lambda arrays: as_array(torch.hstack([as_array(array) for array in arrays])),
    "isclose": _isclose,
    "moveaxis": lambda x, source, destination: as_array(torch.movedim(as_array(x), source, destination)),
    "nan_to_num": lambda x, nan=0.0, posinf=None, neginf=None: as_array(
        torch.nan_to_num(as_array(x), nan, posinf, neginf)
    ),
    "outer": lambda x, y: as_array(torch.outer(*(array.reshape(-1) for array in operands(x, y)))),
    "repeat": _repeat,
    "reshape": lambda x, shape: as_array(as_array(x).as_subclass(torch.Tensor).reshape(shape)),
    "roll": lambda x, shift, axis=None: as_array(torch.roll(as_array(x), shift, axis)),
    "round": _round,
    "sort": _along(lambda x, axis: torch.sort(x, axis).values, -1),
    "squeeze": _squeeze,
    "stack": _joined(torch.stack),
    "swapaxes": lambda x, axis1, axis2: as_array(torch.swapaxes(as_array(x), axis1, axis2)),
    "take": _take,
    "take_along_axis": lambda x, indices, axis: as_array(torch.take_along_dim(as_array(x), indices, axis)),
    "tile": lambda x, reps: as_array(torch.tile(as_array(x), (reps,) if isinstance(reps, int) else reps)),
    "transpose": _transpose,
    "vstack": lambda arrays: as_array(torch.vstack([as_array(array) for array in arrays])),
    "where": lambda condition, x, y: as_array(torch.where(as_array(condition), *operands(x, y))),
}
_FUNCTIONS: dict[str, Callable[..., Any]] = (
    {name: _unary(plain, real) for name, plain in _pairs(_REAL_UNARY)}
    | {name: _unary(plain, as_array) for name, plain in _pairs(_UNARY)}
    | {name: _binary(plain, real) for name, plain in _pairs(_REAL_BINARY)}
    | {name: _binary(plain, as_array) for name, plain in _pairs(_BINARY)}
    | _REDUCTIONS
    | _OTHERS
)


def _creation(device: torch.device) -> dict[str, Callable[..., TorchArray]]:
    """The functions that make arrays from nothing, on `device`."""

    def full(shape: Any, fill_value: Any, dtype: Any = None) -> TorchArray:
        value = as_array(fill_value, dtype)
        return as_array(torch.full(_shape(shape), value.item(), dtype=value.dtype, device=device))

    def arange(start: float, stop: float | None = None, step: float = 1, dtype: Any = None) -> TorchArray:
        first, last = (0, start) if stop is None else (start, stop)
        whole = all(isinstance(number, int) for number in (first, last, step))
        kind = to_dtype(dtype) if dtype else torch.int64 if whole else torch.float64
        return as_array(torch.arange(first, last, step, dtype=kind, device=device))

    def linspace(start: float, stop: float, num: int = 50) -> TorchArray:
        return as_array(torch.linspace(start, stop, num, dtype=torch.float64, device=device))

    return {
        "full": full,
        "zeros": lambda shape, dtype=float: full(shape, 0, dtype),
        "ones": lambda shape, dtype=float: full(shape, 1, dtype),
        "eye": lambda n: as_array(torch.eye(n, dtype=torch.float64, device=device)),
        "arange": arange,
        "linspace": linspace,
    }


def _shape(shape: Any) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def torch_namespace(device: str | torch.device = "cpu") -> Namespace:
    """The array namespace on `device`, for arrays made by `as_array` or by its own functions.

    >>> xp = torch_namespace()
    >>> xp.sum(xp.ones((2, 3)), axis=-1).tolist()
    [3.0, 3.0]
    """
    members: dict[str, Any] = {**_FUNCTIONS, **_creation(torch.device(device))}
    members |= {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
    members |= {name: getattr(torch, name) for name in ("float32", "float64", "int32", "int64")}
    members["bool_"] = torch.bool
    members["linalg"] = Namespace(
        {
            "norm": _norm,
            "det": lambda x: as_array(torch.linalg.det(real(x))),
            "inv": lambda x: as_array(torch.linalg.inv(real(x))),
        }
    )
    return Namespace(members)


def _give_methods() -> None:
    """The methods of NumPy arrays are the functions of the same name."""
    for name in (ARRAY_METHODS & FUNCTIONS) - {"reshape", "transpose"}:
        setattr(TorchArray, name, _FUNCTIONS[name])


_give_methods()
