"""The latest episodes as a decoder sees them: the factors of each step, and one return."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Episodes(NamedTuple):
    """E whole episodes of at most T steps.

    Attributes:
        factors: (E, T, F) float32; zero after an episode's end.
        lengths: (E,) int: steps of each episode.
        returns: (E,) float64: what each episode was worth.
    """

    factors: np.ndarray
    lengths: np.ndarray
    returns: np.ndarray

    @property
    def played(self) -> np.ndarray:
        """(E, T) bool: which steps were played."""
        return np.arange(self.factors.shape[1]) < self.lengths[:, None]


class EpisodeMemory:
    """Collects the steps of B worlds and keeps the latest `capacity` episodes.

    Args:
        num_worlds: B.
        factors: F, factors of a step.
        horizon: T, the most steps of an episode.
        capacity: episodes that are kept; older ones are forgotten, since the agent no longer plays like that.
    """

    def __init__(self, num_worlds: int, factors: int, horizon: int, capacity: int = 4096) -> None:
        self.capacity = capacity
        self.count = 0
        self._running = np.zeros((num_worlds, horizon, factors), np.float32)
        self._elapsed = np.zeros(num_worlds, np.int64)
        self._kept = Episodes(
            np.zeros((capacity, horizon, factors), np.float32),
            np.zeros(capacity, np.int64),
            np.zeros(capacity),
        )

    def __len__(self) -> int:
        return min(self.count, self.capacity)

    def add(self, factors: np.ndarray, done: np.ndarray, returns: np.ndarray) -> None:
        """Note one step of all worlds.

        Args:
            factors: (B, F) factors of the step.
            done: (B,) bool: whether the episode ended with it.
            returns: (B,) the episode's return, read only where it ended.
        """
        self._running[np.arange(len(done)), self._elapsed] = factors
        self._elapsed += 1
        ended = np.flatnonzero(done)
        places = (self.count + np.arange(len(ended))) % self.capacity
        self._kept.factors[places] = self._running[ended]
        self._kept.lengths[places] = self._elapsed[ended]
        self._kept.returns[places] = returns[ended]
        self.count += len(ended)
        self.restart(ended)

    def restart(self, worlds: np.ndarray) -> None:
        """Forget the steps so far of the episodes in `worlds` (n,) int: they start anew."""
        self._running[worlds] = 0.0
        self._elapsed[worlds] = 0

    def episodes(self) -> Episodes:
        """What is kept, in no particular order."""
        return Episodes(*(values[: len(self)] for values in self._kept))
