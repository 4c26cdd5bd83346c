"""Means with intervals, from seeds and episodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A mean with a 95% interval, over `seeds` training seeds."""

    mean: float
    low: float
    high: float
    seeds: int

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def estimate(episodes: Sequence[np.ndarray], rng: np.random.Generator, resamples: int = 10_000) -> Estimate:
    """Mean over seeds with a two-level bootstrap interval (percentile, 95%).

    Seeds are resampled first and then the episodes within each, so that both the luck of a training run
    and the luck of the test episodes are in the interval (Davison and Hinkley 1997, section 3.8). With
    three seeds it is a rough interval, and it can have no width where all runs agree.

    Args:
        episodes: for each training seed, the values (N,) of its test episodes.
        rng: source of the resampling.
        resamples: bootstrap resamples.
    """
    values = np.array(episodes, float)
    seeds, count = values.shape
    chosen = rng.integers(seeds, size=(resamples, seeds))
    # The mean of a resample of 0/1 episodes depends on their number alone, but other metrics are real:
    # resample indices, in slices that keep the memory small.
    means = np.empty(resamples)
    for part in np.array_split(np.arange(resamples), max(1, resamples * seeds * count // 2_000_000)):
        picked = rng.integers(count, size=(len(part), seeds, count))
        means[part] = values[chosen[part][..., None], picked].mean(axis=(1, 2))
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(values.mean()), float(low), float(high), seeds)


def mean_interval(
    values: np.ndarray, rng: np.random.Generator, resamples: int = 2_000
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean (K,) and 95% bootstrap bounds (K,), (K,) over the rows of `values` (seeds, K)."""
    rows = rng.integers(len(values), size=(resamples, len(values)))
    low, high = np.quantile(values[rows].mean(axis=1), [0.025, 0.975], axis=0)
    return values.mean(axis=0), low, high


def iqm(scores: np.ndarray) -> float:
    """Interquartile mean: the mean of the middle half of all values of `scores`, whatever their shape.

    Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4:
    as robust as the median against single lucky runs, and more efficient.

    >>> iqm(np.array([0.0, 1.0, 2.0, 100.0]))
    1.5
    """
    values = np.sort(scores, axis=None)
    cut = len(values) // 4
    return float(values[cut : len(values) - cut].mean())


def stratified_interval(
    scores: np.ndarray,
    statistic: Callable[[np.ndarray], float],
    rng: np.random.Generator,
    resamples: int = 2_000,
) -> tuple[float, float]:
    """95% percentile interval of `statistic` of `scores` (N, M), N runs of each of M tasks.

    Runs are resampled within each task, so that the interval speaks of other seeds of the same tasks
    (stratified bootstrap; Agarwal et al. 2021, section 4).
    """
    runs, tasks = scores.shape
    rows = rng.integers(runs, size=(resamples, runs, tasks))
    found = [statistic(np.take_along_axis(scores, own, axis=0)) for own in rows]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def improvement(first: np.ndarray, second: np.ndarray) -> float:
    """Probability that a run of `first` (N, M) beats one of `second` (N', M) on a task; ties count half.

    Mean over the M tasks of the Mann-Whitney statistic (Agarwal et al. 2021, section 4).

    >>> improvement(np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]]))
    0.875
    """
    above = first[:, None, :] > second[None, :, :]
    equal = first[:, None, :] == second[None, :, :]
    return float((above + 0.5 * equal).mean())
