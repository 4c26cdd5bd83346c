"""From an environment's action space to a task's actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from ..errors import UserError
from ..spec import ActionSpec


def action_spec(space: spaces.Space, meaning: str, labels: tuple[str, ...]) -> ActionSpec:
    """How a task says what `space` says.

    Raises:
        UserError: if a task has no such actions.
    """
    size = action_size(space)
    if labels and len(labels) != size:
        raise UserError(f"action_labels has a word for each of {size} choices or parts, got {len(labels)}")
    if isinstance(space, spaces.Box):
        return ActionSpec("box", size, meaning, labels)
    if isinstance(space, spaces.MultiDiscrete):
        choices = tuple(int(count) for count in space.nvec.ravel())
        return ActionSpec("multi_discrete", size, meaning, labels, choices=choices)
    return ActionSpec("discrete", size, meaning, labels)


def action_size(space: spaces.Space) -> int:
    """Choices of a Discrete space, components of the others.

    Raises:
        UserError: if a task has no such actions.
    """
    if isinstance(space, spaces.Discrete):
        return int(space.n)
    if isinstance(space, spaces.MultiDiscrete):
        return space.nvec.size
    if not isinstance(space, spaces.Box):
        raise UserError(
            f"the action space is a Box, Discrete or MultiDiscrete, got {space}; wrap the environment in an "
            "action wrapper of gymnasium.wrappers"
        )
    if not (np.isfinite(space.low).all() and np.isfinite(space.high).all()):
        raise UserError(
            f"the action space needs finite bounds, got {space}; wrap the environment in "
            "gymnasium.wrappers.TransformAction with a bounded action space"
        )
    return int(np.prod(space.shape))


def translation(space: spaces.Space) -> Callable[[np.ndarray], Any]:
    """What turns one world's action (A,) in [-1, 1], or int, into a member of `space`."""
    if isinstance(space, spaces.Discrete):
        first = int(space.start)
        return lambda action: int(action) + first
    if isinstance(space, spaces.MultiDiscrete):
        multi = space
        return lambda action: (np.asarray(action).reshape(multi.shape) + multi.start).astype(multi.dtype)
    assert isinstance(space, spaces.Box)
    return _rescaling(space)


def _rescaling(space: spaces.Box) -> Callable[[np.ndarray], np.ndarray]:
    low, high = space.low.astype(np.float64), space.high.astype(np.float64)
    middle, reach = (low + high) / 2, (high - low) / 2

    def rescaled(action: np.ndarray) -> np.ndarray:
        within = np.clip(np.asarray(action, np.float64).reshape(space.shape), -1.0, 1.0)
        return np.clip(middle + reach * within, low, high).astype(space.dtype)

    return rescaled
