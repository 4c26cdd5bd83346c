"""From a task's declaration to Gymnasium spaces, and from its fields to the policy's observation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from gymnasium import spaces

from .spec import ActionSpec, Field, TaskSpec


def action_space(action: ActionSpec) -> spaces.Box | spaces.Discrete | spaces.MultiDiscrete:
    """The action space of one world."""
    if action.kind == "multi_discrete":
        return spaces.MultiDiscrete(list(action.choices))
    if action.kind == "discrete":
        return spaces.Discrete(action.size)
    return spaces.Box(-1.0, 1.0, (action.size,), np.float32)


class ObservationEncoder:
    """Turns the observed fields into one flat float32 vector.

    Reals and flags are taken as they are; a category becomes a one-hot block, so that a plain MLP policy
    can read it (its first layer then acts as the embedding).
    """

    def __init__(self, spec: TaskSpec) -> None:
        self._fields = [field for field in spec.fields if field.observed]
        ends = np.cumsum([_width(field) for field in self._fields]).tolist()
        self._slices = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self.size = ends[-1]

    def space(self) -> spaces.Box:
        """The observation space (D,) of one world."""
        low, high = zip(*(_bounds(field) for field in self._fields), strict=True)
        widths = [_width(field) for field in self._fields]
        return spaces.Box(
            np.repeat(low, widths).astype(np.float32),
            np.repeat(high, widths).astype(np.float32),
            dtype=np.float32,
        )

    def slices(self) -> dict[str, slice]:
        """Where each observed field stands in the vector."""
        return {field.name: where for field, where in zip(self._fields, self._slices, strict=True)}

    def encode(self, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        """Fields (B, ...) -> observation (B, D) float32."""
        worlds = len(arrays[self._fields[0].name])
        observation = np.empty((worlds, self.size), np.float32)
        for field, where in zip(self._fields, self._slices, strict=True):
            observation[:, where] = _encode(field, arrays[field.name]).reshape(worlds, -1)
        return observation


def _width(field: Field) -> int:
    return field.size * (field.categories if field.kind == "category" else 1)


def _bounds(field: Field) -> tuple[float, float]:
    return (field.low, field.high) if field.kind == "real" else (0.0, 1.0)


def _encode(field: Field, values: np.ndarray) -> np.ndarray:
    if field.kind == "category":
        return values[..., None] == np.arange(field.categories)
    return values
