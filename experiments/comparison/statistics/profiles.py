"""Curves over a threshold or over steps, each point with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .intervals import share_interval, table_of


@dataclass(frozen=True)
class Band:
    """A curve with pointwise intervals.

    Attributes:
        at: (K,) where it is known: thresholds, or environment steps.
        value: (K,) its value there.
        low: (K,) lower bounds.
        high: (K,) upper bounds.
    """

    at: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __post_init__(self) -> None:
        shapes = {name: np.shape(values) for name, values in vars(self).items()}
        if len(set(shapes.values())) != 1 or len(shapes["at"]) != 1:
            raise ValueError(f"a band has four arrays (K,), got {shapes}")


def performance_profile(scores: np.ndarray, taus: np.ndarray, level: float = 0.95) -> Band:
    """The share of all runs above each threshold (Agarwal et al. 2021, section 4.2: score distribution).

    The intervals are Wilson's for as many independent runs. Fixed tasks can only make the share less
    uncertain than that, so they are a little wide rather than narrow, and they keep a width where all runs
    are above or below, where resampling would show none.

    Args:
        scores: (N, M), N runs of each of M tasks.
        taus: (K,) thresholds.
        level: wanted coverage of each interval; nothing is said of all of them at once.
    """
    scores, taus = table_of(scores), np.asarray(taus, float)
    ordered = np.sort(scores, axis=None)
    shares = 1 - np.searchsorted(ordered, taus, side="right") / scores.size
    return Band(taus, shares, *share_interval(shares, scores.size, level))
