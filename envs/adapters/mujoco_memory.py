"""What of MuJoCo's models and data an environment may change, or hold a view of.

MuJoCo is imported by whoever brings an environment that uses it, and by nothing here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

# The large parts of a model, which are found at compilation and depend on no pose or parameter.
_COMPILED = ("mesh_", "tex_", "bvh_", "hfield_data", "skin_", "oct_", "text_", "names", "paths")


class ModelState(NamedTuple):
    """A model's parameters: its arrays but for meshes and textures, and its options."""

    arrays: dict[str, np.ndarray]
    options: dict[str, Any]


def is_model(value: Any) -> bool:
    """Whether `value` is an ``MjModel``."""
    mujoco = sys.modules.get("mujoco")
    return mujoco is not None and isinstance(value, mujoco.MjModel)


def is_data(value: Any) -> bool:
    """Whether `value` is an ``MjData``."""
    mujoco = sys.modules.get("mujoco")
    return mujoco is not None and isinstance(value, mujoco.MjData)


def is_view(array: np.ndarray) -> bool:
    """Whether `array` looks into memory that a C library owns, as MuJoCo's arrays do."""
    return type(array.base).__name__ == "PyCapsule"


def model_state(model: Any) -> ModelState:
    """A copy of all parameters of `model`."""
    names = [name for name in _array_names(type(model).__name__) if not name.startswith(_COMPILED)]
    return ModelState(
        {name: getattr(model, name).copy() for name in names},
        {name: _copied(getattr(model.opt, name)) for name in _option_names()},
    )


def set_model_state(model: Any, state: ModelState) -> None:
    """Give `model` the parameters that `model_state` found, in place."""
    for name, values in state.arrays.items():
        array = getattr(model, name)
        if not np.array_equal(array, values):
            array[...] = values
    for name, value in state.options.items():
        setattr(model.opt, name, value)


def address(array: np.ndarray) -> int:
    """Where in memory the first element of `array` stands."""
    return array.__array_interface__["data"][0]


def locate(
    view: np.ndarray, owners: Sequence[Any]
) -> tuple[Any, str, tuple[int, ...], np.dtype, int, tuple[int, ...]] | None:
    """The owner, attribute, shape, dtype, offset in bytes and strides of a view into MuJoCo's memory.

    Args:
        view: the view.
        owners: models and data that it may look into.
    """
    start = address(view)
    for owner in owners:
        for name in _array_names(type(owner).__name__):
            array = getattr(owner, name)
            offset = start - address(array)
            if 0 <= offset < array.nbytes and array.flags.c_contiguous:
                return owner, name, view.shape, view.dtype, offset, view.strides
    return None


def _copied(value: Any) -> Any:
    # Other values than arrays cannot change.
    return value.copy() if isinstance(value, np.ndarray) else value


@cache
def _array_names(kind: str) -> tuple[str, ...]:
    import mujoco

    empty = mujoco.MjModel.from_xml_string("<mujoco/>")
    example = empty if kind == "MjModel" else mujoco.MjData(empty)
    return tuple(name for name in _public(example) if isinstance(getattr(example, name), np.ndarray))


@cache
def _option_names() -> tuple[str, ...]:
    import mujoco

    return tuple(
        name for name in _public(mujoco.MjOption) if isinstance(getattr(mujoco.MjOption, name), property)
    )


def _public(value: Any) -> list[str]:
    return [name for name in dir(value) if not name.startswith("_")]
