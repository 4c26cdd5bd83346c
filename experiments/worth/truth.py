"""How well returns rank episodes that the environment itself has judged."""

from __future__ import annotations

import numpy as np

from ...envs import UserError
from ..screening import Preference, preference

_DIGITS = 6


def truth_of(success: np.ndarray, metric: np.ndarray) -> np.ndarray:
    """The rank (E,) int of each episode in the environment's own eyes: by success, then by the metric.

    >>> truth_of(np.array([True, False, False]), np.array([0.2, 0.9, 0.1])).tolist()
    [2, 1, 0]
    """
    judged = np.stack([success, np.round(metric, _DIGITS)], axis=1)
    return np.unique(judged, axis=0, return_inverse=True)[1].reshape(-1)


def pair_accuracy(returns: np.ndarray, truth: np.ndarray) -> Preference:
    """How `returns` (E,) rank all pairs of episodes that `truth` (E,) tells apart.

    It is the preference test of screening for each step of the truth: the episodes of one rank are the
    successes, those below it the failures. With two ranks it is that test. The ranges are those of the best
    and of all other episodes.

    Raises:
        UserError: if all episodes are equally good.

    >>> pair_accuracy(np.array([3.0, 1.0, 2.0]), np.array([2, 1, 0])).share
    0.6666666666666666
    """
    levels = np.unique(truth)[1:]
    if not len(levels):
        raise UserError("expected episodes of which some are better, all are alike; add random play")
    parts = [preference(returns[truth <= level], (truth == level)[truth <= level]) for level in levels]
    pairs = sum(part.pairs for part in parts)
    share = sum(part.pairs * part.share for part in parts) / pairs
    return Preference(pairs, share, parts[-1].successes, parts[-1].failures)


def accuracy_interval(
    returns: np.ndarray, truth: np.ndarray, rng: np.random.Generator, resamples: int = 500
) -> tuple[float, float]:
    """A 95% bootstrap interval of the share that `pair_accuracy` finds.

    Episodes are drawn anew, not pairs, since the pairs of one episode are not independent. Resamples of
    equally good episodes are left out.
    """
    drawn = rng.integers(len(truth), size=(resamples, len(truth)))
    shares = [pair_accuracy(returns[rows], truth[rows]).share for rows in drawn if np.ptp(truth[rows])]
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)
