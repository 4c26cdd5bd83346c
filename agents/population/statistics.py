"""What the terms of one member's reward came to between two checkpoints."""

from __future__ import annotations

import numpy as np

from ...envs import Terms


class TermStatistics:
    """Minimum, mean and maximum of a reward and its terms.

    The values of a rollout are kept and reduced together, since a reduction of a few numbers at every step
    would cost more than the step.
    """

    def __init__(self) -> None:
        self._kept: dict[str, list[np.ndarray]] = {}
        self._totals: dict[str, tuple[float, float, float, int]] = {}

    def add(self, reward: np.ndarray, terms: Terms) -> None:
        """Count one step's reward (n,) and terms, name -> (n,)."""
        self._kept.setdefault("reward", []).append(reward)
        for name, values in terms.items():
            self._kept.setdefault(name, []).append(values)

    def fold(self) -> None:
        """Reduce the values kept so far."""
        for name, arrays in self._kept.items():
            values = np.concatenate(arrays)
            low, total, high, count = self._totals.get(name, (np.inf, 0.0, -np.inf, 0))
            self._totals[name] = (
                min(low, float(values.min())),
                total + float(values.sum()),
                max(high, float(values.max())),
                count + len(values),
            )
        self._kept = {}

    def pop(self) -> dict[str, tuple[float, float, float]]:
        """(min, mean, max) of every term, and of ``reward``, over the steps since the last call."""
        self.fold()
        popped = {name: (low, total / n, high) for name, (low, total, high, n) in self._totals.items()}
        self._totals = {}
        return popped
