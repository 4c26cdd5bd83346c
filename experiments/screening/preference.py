"""Whether a reward prefers episodes that succeeded to episodes that failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_TIE = 1e-9


@dataclass(frozen=True)
class Preference:
    """How returns rank episodes that succeeded against episodes that failed.

    This is the trajectory preference evaluation of CARD (Sun et al. 2024, arXiv:2410.14660): the order of
    returns decides what an optimiser of returns prefers, so a reward that puts failures first need not be
    trained to know.

    Attributes:
        pairs: pairs of a success and a failure.
        share: of the pairs, how many have the higher return for the success; a tie counts half.
        successes: lowest and highest return of a success.
        failures: lowest and highest return of a failure.
    """

    pairs: int
    share: float
    successes: tuple[float, float]
    failures: tuple[float, float]


def returns_of(rewards: np.ndarray, lengths: np.ndarray, discount: float = 1.0) -> np.ndarray:
    """Each episode's return (E,) from the rewards (sum(lengths),) of all steps, one episode after another.

    >>> returns_of(np.array([1.0, 1.0, 5.0]), np.array([2, 1]), discount=0.5).tolist()
    [1.5, 5.0]
    """
    starts = np.cumsum(lengths) - lengths
    elapsed = np.arange(len(rewards)) - np.repeat(starts, lengths)
    return np.add.reduceat(rewards * discount**elapsed, starts)


def preference(returns: np.ndarray, success: np.ndarray) -> Preference:
    """How `returns` (E,) rank the episodes that were a `success` (E,) bool; both outcomes are there.

    >>> preference(np.array([2.0, 0.0, 1.0]), np.array([True, False, False])).share
    1.0
    """
    good, bad = returns[success], returns[~success]
    apart = good[:, None] - bad[None, :]
    # Sums of floats are equal to rounding only.
    tied = np.abs(apart) <= _TIE * np.abs(returns).max()
    share = np.where(tied, 0.5, apart > 0).mean()
    return Preference(apart.size, float(share), _range(good), _range(bad))


def _range(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
