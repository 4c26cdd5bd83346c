"""Constants that no call can change, so that no call leaves a trace for the next."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from ..verdict import RewardFault
from .namespace import Namespace

MAX_DEPTH = 50
_PLAIN = (
    bool,
    int,
    float,
    str,
    type(None),
    type(...),
    type,
    range,
    types.BuiltinFunctionType,
    np.ufunc,
    np.dtype,
)
_MODULES = (Namespace, types.MappingProxyType)


def freeze(name: str, value: Any, depth: int = 0) -> Any:
    """The module-level constant `name` as something that cannot be changed.

    Lists become tuples, dicts read-only views of themselves, arrays read-only; the variables that a helper
    encloses are frozen in their place.

    Raises:
        RewardFault: where `value` is of a kind that cannot be frozen, such as an iterator.
    """
    if depth > MAX_DEPTH:
        raise RewardFault(
            "runtime", f"the constant {name} is nested deeper than {MAX_DEPTH} levels; flatten it"
        )
    if isinstance(value, list | tuple):
        return tuple(freeze(name, item, depth + 1) for item in value)
    if isinstance(value, dict):
        return types.MappingProxyType({key: freeze(name, item, depth + 1) for key, item in value.items()})
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        value.flags.writeable = False
        return value
    if isinstance(value, types.FunctionType):
        _freeze_enclosed(name, value, depth)
        return value
    if isinstance(value, (*_PLAIN, *_MODULES)) or (
        isinstance(value, np.generic) and value.dtype.kind in "biuf"
    ):
        return value
    kind = type(value).__name__
    raise RewardFault(
        "runtime", f"the constant {name} is a {kind}; constants are numbers, text, arrays and tuples"
    )


def _freeze_enclosed(name: str, function: types.FunctionType, depth: int) -> None:
    for cell in function.__closure__ or ():
        if cell.cell_contents is not function:
            cell.cell_contents = freeze(name, cell.cell_contents, depth + 1)
