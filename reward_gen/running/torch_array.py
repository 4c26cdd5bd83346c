"""Tensors that behave like NumPy arrays where the two libraries differ: types, axes and methods."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

_DTYPES: dict[Any, torch.dtype] = {float: torch.float64, int: torch.int64, bool: torch.bool}
Axis = int | Sequence[int] | None


class TorchArray(torch.Tensor):
    """A tensor with NumPy's methods and type promotion. Slices with a negative step do not exist in torch."""

    @property
    def size(self) -> int:  # type: ignore[override]
        """Number of values, as NumPy has it."""
        return self.numel()

    def astype(self, dtype: Any) -> TorchArray:
        """The values as another type."""
        return as_array(self.to(to_dtype(dtype)))

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        """As torch prints it; torch's own way would call `size` as a method."""
        return f"TorchArray({self.as_subclass(torch.Tensor)!r})"

    def transpose(self, *axes: int) -> TorchArray:
        """The axes in the order `axes`, or reversed."""
        return as_array(self.permute(*(axes or range(self.ndim - 1, -1, -1))))

    def copy(self) -> TorchArray:
        """An array of its own."""
        return as_array(self.clone())


def to_dtype(dtype: Any) -> torch.dtype:
    """The torch type for `float`, `int`, `bool` or a torch type."""
    return _DTYPES.get(dtype, dtype)


def as_array(value: Any, dtype: Any = None) -> TorchArray:
    """`value` (number, tensor, NumPy array, or nested sequence of them) as an array; floats are float64."""
    if isinstance(value, list | tuple) and any(
        isinstance(item, torch.Tensor | list | tuple) for item in value
    ):
        tensor: torch.Tensor = torch.stack([as_array(item) for item in value])
    elif isinstance(value, torch.Tensor):
        tensor = value
    else:
        tensor = torch.tensor(np.asarray(value))
    if dtype is not None:
        tensor = tensor.to(to_dtype(dtype))
    return tensor.as_subclass(TorchArray)


def real(value: Any) -> TorchArray:
    """`value` as floating point: integers and booleans become float64, as in NumPy."""
    array = as_array(value)
    return array if array.is_floating_point() else array.astype(float)


def operands(left: Any, right: Any) -> tuple[TorchArray, TorchArray]:
    """Both as arrays; a boolean beside a number counts as 0 or 1."""
    first, second = as_array(left), as_array(right)
    if (first.dtype == torch.bool) != (second.dtype == torch.bool):
        first, second = (a.astype(int) if a.dtype == torch.bool else a for a in (first, second))
    return first, second


def reduction(one: Callable[..., torch.Tensor]) -> Callable[..., TorchArray]:
    """`one`, which reduces the last axis, as a function with NumPy's `axis` and `keepdims`."""

    def reduce(x: Any, axis: Axis = None, keepdims: bool = False, **options: Any) -> TorchArray:
        array = as_array(x)
        asked = range(array.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
        axes = [number % array.ndim for number in asked]
        rest = [number for number in range(array.ndim) if number not in axes]
        last = array.permute(*rest, *axes).reshape(*(array.shape[number] for number in rest), -1)
        found = one(last, **options)
        if keepdims:
            found = found.reshape([1 if number in axes else n for number, n in enumerate(array.shape)])
        return as_array(found)

    return reduce


def _give_operators() -> None:
    """Arithmetic with NumPy's promotion: torch makes float32 of integers and subtracts no booleans."""
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
        _give_operator(name, getattr(torch.Tensor, f"__{name}__"), real if name == "truediv" else as_array)


def _give_operator(
    name: str, plain: Callable[..., torch.Tensor], prepare: Callable[[Any], TorchArray]
) -> None:
    in_place = getattr(operator, f"i{name}")

    def forward(self: TorchArray, other: Any) -> torch.Tensor:
        left, right = operands(self, other)
        return plain(prepare(left), prepare(right))

    def reflected(self: TorchArray, other: Any) -> torch.Tensor:
        left, right = operands(other, self)
        return plain(prepare(left), prepare(right))

    def changing(self: TorchArray, other: Any) -> torch.Tensor:
        right = operands(self, other)[1]
        in_place(self.as_subclass(torch.Tensor), right.as_subclass(torch.Tensor))
        return self

    setattr(TorchArray, f"__{name}__", forward)
    setattr(TorchArray, f"__r{name}__", reflected)
    setattr(TorchArray, f"__i{name}__", changing)


_give_operators()
