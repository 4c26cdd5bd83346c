"""Whether returns rank episodes as the task's own truth does."""

from __future__ import annotations

import numpy as np

from ..screening import preference, returns_of
from ..worth import rank_correlation, truth_of
from .finding import Finding
from .material import Material

CHECK = "return against success"
# Random play and slips give every grade of failure: a sound reward puts nearly all of them below successes.
LEAST_SHARE = 0.8


def agreement(rewards: np.ndarray, material: Material, discount: float, seed: int = 0) -> Finding:
    """How discounted returns rank the episodes, against success and then the task's metric.

    Args:
        rewards: (N,) of all steps of the material, one episode after another.
        material: the episodes.
        discount: what the agents count their returns with.
        seed: of the bootstrap.
    """
    judged = material.judged
    episodes, won = judged.episodes, judged.episodes.success
    returns = returns_of(rewards, episodes.lengths, discount)
    truth = truth_of(won, judged.metric)
    rho = rank_correlation(returns, truth, np.random.default_rng(seed))
    seen = f"{len(won)} episodes ({material.sources}), {int(won.sum())} of them successful"
    against = f"Spearman's rho of return and success, then metric: {rho}"
    if won.all() or not won.any():
        word = "succeeded" if won.all() else "failed"
        return Finding(CHECK, False, f"not to be told: all episodes {word}", (seen, against))
    found = preference(returns, won)
    ranges = (
        f"returns of successes {found.successes[0]:.4g} to {found.successes[1]:.4g}, of failures "
        f"{found.failures[0]:.4g} to {found.failures[1]:.4g}"
    )
    summary = f"{found.share:.0%} of {found.pairs} pairs of a success and a failure ranked rightly"
    return Finding(CHECK, found.share < LEAST_SHARE, summary, (seen, ranges, against))
