"""Numbers that potentials and values of a task's states are fitted with."""

from __future__ import annotations

import numpy as np

from ...envs import FieldView, TaskSpec

_SAME = 1e-6


class StateFeatures:
    """A constant, all fields (a category as one flag for each value), and random waves of them.

    The waves are random Fourier features (Rahimi and Recht 2007, "Random Features for Large-Scale Kernel
    Machines"), so that values need not be linear in the fields. Directions in which the given states do not
    differ are dropped.

    Args:
        spec: the task, whose fields are read.
        states: n states, which say what is near and what is far.
        waves: how many.
        rng: draws them.
    """

    def __init__(
        self, spec: TaskSpec, states: FieldView, waves: int = 32, rng: np.random.Generator | None = None
    ) -> None:
        rng = rng or np.random.default_rng(0)
        self._spec = spec
        plain = field_numbers(spec, states)
        self._mean, spread = plain.mean(axis=0), plain.std(axis=0)
        self._scale = np.where(spread > _SAME, spread, np.inf)
        width = plain.shape[1]
        self._directions = rng.normal(size=(width, waves)) / np.sqrt(max(1, np.isfinite(self._scale).sum()))
        self._phases = rng.uniform(0, 2 * np.pi, waves)
        self._basis = np.eye(1 + width + waves)
        _, sizes, basis = np.linalg.svd(self(states), full_matrices=False)
        self._basis = basis[sizes > _SAME * sizes[0]].T

    def __call__(self, states: FieldView) -> np.ndarray:
        """Features (n, F) of n states."""
        plain = (field_numbers(self._spec, states) - self._mean) / self._scale
        waves = np.sqrt(2) * np.cos(plain @ self._directions + self._phases)
        return np.hstack([np.ones((len(plain), 1)), plain, waves]) @ self._basis


def field_numbers(spec: TaskSpec, states: FieldView) -> np.ndarray:
    """All fields of n states as numbers (n, W), a category as one flag for each value."""
    arrays, columns = states.arrays(), []
    for field in spec.fields:
        values = arrays[field.name].reshape(len(arrays[field.name]), -1)
        if field.kind == "category":
            values = (values[:, :, None] == np.arange(field.categories)).reshape(len(values), -1)
        columns.append(values.astype(float))
    return np.hstack(columns)
