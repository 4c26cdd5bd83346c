"""Exact distances of tabular rewards, and the regret that a distance should foretell."""

from __future__ import annotations

import numpy as np

from .between import Norm, between, size_of
from .canonical import Canonical, canonical
from .tabular_worlds import Tabular

__all__ = ["Tabular", "normalised_regret", "tabular_distance"]


def tabular_distance(
    first: np.ndarray,
    second: np.ndarray,
    worlds: Tabular,
    form: Canonical = "val",
    *,
    norm: Norm = "l2",
    coverage: np.ndarray | None = None,
    policy: np.ndarray | None = None,
) -> float:
    """The pseudometric of two rewards (S, A, S): 0 where they only differ in shaping and scale, 1 if opposed.

    ``epic`` is EPIC (Gleave et al. 2021, arXiv:2006.13900), which is centred; the other forms make STARC
    metrics (Skalse et al. 2024, arXiv:2309.15257). EPIC looks at whatever the coverage holds, so with the
    default, all transitions alike, it also compares payments for transitions that never happen.

    Args:
        first: what each transition pays.
        second: the same of the other reward.
        worlds: transitions and discount.
        form: the canonical form.
        norm: what is normalised and measured by; EPIC's own is ``l2``.
        coverage: (S, A, S) how much each transition counts; None counts all alike. Its marginals are what
            ``epic`` averages over.
        policy: (S, A) the reference policy of ``val`` and ``val-potential``.
    """
    weights = np.ones(first.shape) if coverage is None else coverage / coverage.sum()
    marginals = {}
    if coverage is not None:
        marginals = {"states": weights.sum(axis=(1, 2)), "actions": weights.sum(axis=(0, 2))}
    one, other = (
        canonical(reward, worlds, form, policy=policy, weights=coverage, **marginals)
        for reward in (first, second)
    )
    sizes = size_of(first), size_of(second)
    return between(one, other, weights, norm=norm, centred=form == "epic", sizes=sizes)


def normalised_regret(first: np.ndarray, second: np.ndarray, worlds: Tabular) -> float:
    """How much is lost by optimising one of two rewards (S, A, S) and being paid the other, from 0 to 1.

    For either reward: the return of its best policy less that of the other's best, over that of its best
    less that of its worst. Both ways are averaged. A reward by which all policies are alike loses nothing.
    """
    return (_regret(first, second, worlds) + _regret(second, first, worlds)) / 2


def _regret(judge: np.ndarray, optimised: np.ndarray, worlds: Tabular) -> float:
    best, worst, got = (
        worlds.expected_return(judge, worlds.best_policy(reward)) for reward in (judge, -judge, optimised)
    )
    alike = best - worst <= 1e-9 * max(abs(best), abs(worst), 1.0)
    return 0.0 if alike else (best - got) / (best - worst)
