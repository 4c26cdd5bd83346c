"""The faults of a reward term that a training trace shows.

A trace gives, for each term, (K, 3) min, mean and max over the steps before each of K checkpoints.
"""

from __future__ import annotations

import numpy as np

FLAGS = {
    "dead": "it never varies, so it teaches nothing; drop it or rewrite it",
    "dominating": "it is so large that the other terms hardly count; scale it down",
    "misleading": "it falls while success rises; check its sign, or drop it",
    "decoupled": "the agent earns more and more of it while success stays flat; gate it or change it",
    "saturated": "it stands at its best value and says nothing more; steepen it or reward the next stage",
}

DOMINATING_SHARE = 0.9
MISLEADING_CORRELATION = -0.5
MISLEADING_Z = -2.0
DECOUPLED_TREND = 0.8
FLAT_SUCCESS = 0.05
SATURATED_MARGIN = 0.03


def flags_of(rows: np.ndarray, share: float, success: np.ndarray, varying: int) -> tuple[str, ...]:
    """The faults of one term.

    Args:
        rows: (K, 3) min, mean and max of the term.
        share: its part of the size of all terms, as `shares_of` gives it.
        success: (K,) success rate.
        varying: number of terms of the program that are not dead.
    """
    if len(rows) == 0:
        return ()
    if is_dead(rows):
        return ("dead",)
    found = {
        "dominating": varying > 1 and share > DOMINATING_SHARE,
        "misleading": _is_misleading(rows[:, 1], success),
        "decoupled": _is_decoupled(rows, success),
        "saturated": _is_saturated(rows),
    }
    return tuple(flag for flag, raised in found.items() if raised)


def is_dead(rows: np.ndarray) -> bool:
    """Whether a term of rows (K, 3) never varies, beyond rounding."""
    span = rows[:, 2].max() - rows[:, 0].min()
    return bool(span <= 1e-6 * np.abs(rows).max())


def shares_of(terms: dict[str, np.ndarray]) -> dict[str, float]:
    """Each term's part of the size of all terms, from rows (K, 3).

    A term's size is its largest magnitude before each checkpoint, averaged over training. A dead term
    has no share: a constant moves no policy, however large it is.
    """
    sizes = {
        name: 0.0 if len(rows) == 0 or is_dead(rows) else float(np.abs(rows).max(axis=1).mean())
        for name, rows in terms.items()
    }
    whole = sum(sizes.values())
    return {name: size / whole if whole else 0.0 for name, size in sizes.items()}


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's rank correlation of two series (K,), ties sharing their mean rank; 0 where one is flat.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.4, 0.9]))
    1.0
    """
    a, b = _centred_ranks(first), _centred_ranks(second)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale else 0.0


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    if len(values) == 0:
        return np.zeros(0)
    below = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    ranks = below + (equal - 1) / 2
    return ranks - ranks.mean()


def _is_flat(success: np.ndarray) -> bool:
    return bool(np.ptp(success) < FLAT_SUCCESS)


def _is_misleading(mean: np.ndarray, success: np.ndarray) -> bool:
    # sqrt(K - 1) * rho is close to standard normal for unrelated series, so few checkpoints need a
    # stronger correlation than many before a term is accused.
    if _is_flat(success):
        return False
    correlation = rank_correlation(mean, success)
    z_score = correlation * np.sqrt(max(len(mean) - 1, 0))
    return bool(correlation <= MISLEADING_CORRELATION and z_score <= MISLEADING_Z)


def _is_decoupled(rows: np.ndarray, success: np.ndarray) -> bool:
    mean = rows[:, 1]
    if len(mean) < 4 or not _is_flat(success) or success.mean() > 0.9:
        return False
    quarter = len(mean) // 4
    rise = mean[-quarter:].mean() - mean[:quarter].mean()
    span = rows[:, 2].max() - rows[:, 0].min()
    return bool(rank_correlation(mean, np.arange(len(mean))) > DECOUPLED_TREND and rise > 0.1 * span)


def _is_saturated(rows: np.ndarray) -> bool:
    late = rows[-max(len(rows) // 3, 1) :, 1]
    top, span = rows[:, 2].max(), rows[:, 2].max() - rows[:, 0].min()
    return bool((late >= top - SATURATED_MARGIN * span).all())
