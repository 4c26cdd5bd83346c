"""Transitions as rows of plain numbers, as a replay buffer can keep them."""

from __future__ import annotations

import math

import numpy as np

from .records import Transition
from .spec import TaskSpec
from .views import FieldView


class TransitionPacker:
    """Writes every field before a step, the action and every field after it into one row, and reads it again.

    A float64 holds every real, every category and every flag exactly, so nothing is lost.

    >>> from rewardsmith.envs import ActionSpec, Field
    >>> spec = TaskSpec("t", "", (Field("x", "", (2,)),), ActionSpec("discrete", 3, ""), horizon=9)
    >>> view = FieldView({"x": np.array([[0.5, 1.0]])})
    >>> TransitionPacker(spec).pack(Transition(view, np.array([2]), view))
    array([[0.5, 1. , 2. , 0.5, 1. ]])

    Args:
        spec: the task whose transitions they are.
    """

    def __init__(self, spec: TaskSpec) -> None:
        self._spec = spec
        self._state_size = sum(field.size for field in spec.fields)
        self._action_size = math.prod(spec.action.shape)

    def pack(self, transition: Transition) -> np.ndarray:
        """(B, W) float64 rows of B transitions."""
        action = np.reshape(transition.action, (len(transition.action), -1))
        return np.hstack([self._pack_view(transition.obs), action, self._pack_view(transition.next_obs)])

    def unpack(self, rows: np.ndarray) -> Transition:
        """The transitions whose `rows` (B, W) `pack` gave."""
        before, action, after = np.split(
            rows, [self._state_size, self._state_size + self._action_size], axis=1
        )
        kind = self._spec.action.kind
        action = action.reshape(len(rows), *self._spec.action.shape)
        action = action if kind == "box" else action.astype(np.int64)
        return Transition(self._unpack_view(before), action, self._unpack_view(after))

    def _pack_view(self, view: FieldView) -> np.ndarray:
        arrays = view.arrays()
        columns = [np.reshape(arrays[field.name], (-1, field.size)) for field in self._spec.fields]
        return np.hstack(columns).astype(np.float64)

    def _unpack_view(self, rows: np.ndarray) -> FieldView:
        ends = np.cumsum([field.size for field in self._spec.fields])[:-1]
        return FieldView(
            {
                field.name: column.reshape(len(rows), *field.shape).astype(field.dtype)
                for field, column in zip(self._spec.fields, np.split(rows, ends, axis=1), strict=True)
            }
        )
