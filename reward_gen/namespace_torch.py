"""`xp` on torch: the same names with NumPy's meaning, so that one program text serves both."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .namespace import Namespace
from .surface import FUNCTIONS
from .torch_array import TorchArray, as_array, reductions

_SAME = """arctan2 copysign exp2 hypot logaddexp logical_and logical_or logical_xor heaviside fmax fmin maximum
    minimum equal not_equal greater greater_equal less less_equal add subtract multiply divide true_divide
    floor_divide remainder power float_power inner outer matmul isclose""".split()
_UNARY = """abs absolute arccos arccosh arcsin arcsinh arctan arctanh ceil cos cosh deg2rad exp exp2 expm1 floor
    isfinite isinf isnan log log10 log1p log2 logical_not nan_to_num negative rad2deg reciprocal round sign sin
    sinh sqrt square tan tanh trunc ravel""".split()
_RENAMED = {
    "degrees": "rad2deg",
    "radians": "deg2rad",
    "rint": "round",
    "mod": "remainder",
}
_TORCH_NAMES = {"equal": "eq", "not_equal": "ne"}


def torch_namespace(device: str | torch.device = "cpu") -> Namespace:
    """The array namespace on `device`; arrays are `TorchArray`, made by `as_array` or by its functions."""
    made: dict[str, Any] = {name: _on_arrays(getattr(torch, name), device) for name in _UNARY}
    made |= {name: _on_arrays(getattr(torch, _TORCH_NAMES.get(name, name)), device) for name in _SAME}
    made |= {name: made[known] for name, known in _RENAMED.items()}
    return Namespace(made)
