"""One number for many runs of many tasks: IQM, optimality gap, probability of improvement.

Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

Axes = int | tuple[int, ...] | None


class Statistic(Protocol):
    """A number for all runs and tasks, over `axis` as in numpy: `iqm`, `optimality_gap`, `np.mean`."""

    def __call__(self, scores: np.ndarray, /, *, axis: tuple[int, ...]) -> Any:
        """Average `axis` away."""
        ...


def iqm(scores: np.ndarray, axis: Axes = None) -> Any:
    """Interquartile mean: the mean of the middle half of the values of `scores` along `axis`.

    As robust as the median against single lucky runs, and more efficient.

    Args:
        scores: values, whatever their shape.
        axis: what is averaged away; None takes everything and gives a float.

    >>> iqm(np.array([0.0, 1.0, 2.0, 100.0]))
    1.5
    """
    together, count = _flat(np.asarray(scores, float), axis)
    cut = count // 4
    middle = np.sort(together, axis=-1)[..., cut : count - cut].mean(axis=-1)
    return float(middle) if axis is None else middle


def optimality_gap(scores: np.ndarray, axis: Axes = None, gamma: float = 1.0) -> Any:
    """How far runs stay below `gamma` on average; what lies above it does not make up for the rest.

    Args:
        scores: values, whatever their shape.
        axis: what is averaged away; None takes everything and gives a float.
        gamma: the score that is good enough: 1 for human-normalised scores.

    >>> optimality_gap(np.array([0.5, 3.0]))
    0.25
    """
    gap = gamma - np.minimum(scores, gamma).mean(axis=axis)
    return float(gap) if axis is None else gap


def improvement(first: np.ndarray, second: np.ndarray) -> float:
    """Probability that a run of `first` (N, M) beats one of `second` (N', M) on a task; ties count half.

    Mean over the M tasks of the Mann-Whitney statistic.

    >>> improvement(np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]]))
    0.875
    """
    return float(wins(first, second).mean())


def wins(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Who beats whom: (N, N', M) of 1 where the run of `first` is above, 0.5 where they tie, else 0."""
    ours, theirs = first[:, None], second[None]
    return (ours > theirs) + 0.5 * (ours == theirs)


def _flat(values: np.ndarray, axis: Axes) -> tuple[np.ndarray, int]:
    # The axes to average stand last and as one, and how many values they hold.
    chosen: Iterable[int] = range(values.ndim) if axis is None else np.atleast_1d(axis).tolist()
    gone = sorted({number % values.ndim for number in chosen})
    moved = np.moveaxis(values, gone, range(-len(gone), 0))
    together = moved.reshape(*moved.shape[: values.ndim - len(gone)], -1)
    return together, together.shape[-1]
