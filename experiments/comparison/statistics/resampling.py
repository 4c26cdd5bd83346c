"""Stratified resampling, and which of its quantiles make an interval when there are few runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr, stdtrit  # type: ignore[import-untyped]

# Values held at a time: 16 MB, however many resamples are asked for.
HELD = 2_000_000


def resampled(scores: np.ndarray, rng: np.random.Generator, resamples: int) -> Iterator[np.ndarray]:
    """Draw the runs of each task anew, with replacement; a few resamples at a time, so memory stays small.

    Args:
        scores: (N, M, ...) values of N runs of each of M tasks; a run's further axes (its checkpoints)
            stay together.
        rng: source of the drawing. The stream of drawn rows is the same however the work is cut.
        resamples: how many in all.

    Yields:
        (B, N, M, ...) arrays, B of which come to `resamples`.
    """
    runs, tasks = scores.shape[:2]
    at_once = max(1, HELD // scores.size)
    for start in range(0, resamples, at_once):
        rows = rng.integers(runs, size=(min(at_once, resamples - start), runs, tasks))
        yield scores[rows, np.arange(tasks)]


def resampled_improvements(won: np.ndarray, rng: np.random.Generator, resamples: int) -> Iterator[np.ndarray]:
    """`improvement` of resamples of both methods' runs, which are drawn independently within each task.

    A resample only says how often each run counts, so who beats whom (`wins`) is found once.

    Args:
        won: (N, N', M) who beats whom.
        rng: source of the drawing.
        resamples: how many in all.

    Yields:
        Arrays (B,).
    """
    ours, theirs, tasks = won.shape
    at_once = max(1, HELD // (tasks * (ours + theirs)))
    by_task = won.transpose(2, 0, 1)
    for start in range(0, resamples, at_once):
        size = (tasks, min(at_once, resamples - start))
        first, second = (rng.multinomial(runs, np.full(runs, 1 / runs), size) for runs in (ours, theirs))
        yield ((first @ by_task) * second).sum(axis=(0, 2)) / won.size


def expanded_tail(*samples: np.ndarray, level: float = 0.95) -> np.ndarray:
    """The share of resamples to cut off at either end so that an interval covers its `level` with few runs.

    A resample of N runs varies too little, by (N - 1) / N, and a normal quantile stands where Student's
    belongs; with five runs a percentile interval of 95 % therefore covers about 90 %. Both are made good by
    looking further out in the same resamples (Hesterberg 2015, "What Teachers Should Know About the
    Bootstrap", section 4.1), here with strata: the degrees of freedom are Satterthwaite's (1946) over tasks.

    Args:
        samples: one or more arrays (N, M, ...) whose mean moves as the statistic does: the scores.
        level: wanted coverage.

    Returns:
        The share, for each of the further axes; (1 - level) / 2 where nothing varies.
    """
    spread = [(sample.var(axis=0, ddof=1) / len(sample), len(sample)) for sample in samples]
    unbiased = sum(own.sum(axis=0) for own, _ in spread)
    seen = sum(own.sum(axis=0) * (runs - 1) / runs for own, runs in spread)
    uncertainty = sum((own**2).sum(axis=0) / (runs - 1) for own, runs in spread)
    varies = np.asarray(unbiased) > 0
    safe = [np.where(varies, part, 1.0) for part in (unbiased, seen, uncertainty)]
    freedom = safe[0] ** 2 / safe[2]
    tail = ndtr(-np.sqrt(safe[0] / safe[1]) * stdtrit(freedom, 0.5 + level / 2))
    return np.where(varies, tail, (1 - level) / 2)


def bounds(found: np.ndarray, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles `tail` and 1 - `tail` (...) of the resamples' statistics `found` (B, ...)."""
    columns = found.reshape(len(found), -1)
    tails = np.broadcast_to(tail, found.shape[1:]).ravel()
    ends = [
        np.quantile(column, [one, 1 - one]) for column, one in zip(columns.T, tails.tolist(), strict=True)
    ]
    low, high = np.array(ends).T.reshape(2, *found.shape[1:])
    return low, high
