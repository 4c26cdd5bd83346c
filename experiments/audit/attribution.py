"""Which terms make the reward, and which of them tell successes from failures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs import Terms
from ..screening import returns_of
from .finding import Finding
from .material import Material

CHECK = "terms"
_MAIN = 0.5


@dataclass(frozen=True)
class TermShare:
    """What one term does.

    Attributes:
        size: its part of the mean absolute payment of all terms.
        success: mean discounted sum over successful episodes.
        failure: mean discounted sum over failed ones.
        difference: its part of the difference of the two, with the sign of success less failure.
    """

    size: float
    success: float
    failure: float
    difference: float


def attribute(
    terms: Terms, lengths: np.ndarray, success: np.ndarray, discount: float
) -> dict[str, TermShare]:
    """Each term's share in size, and in the difference between episodes of both outcomes.

    Args:
        terms: name -> (N,) over all steps of E episodes.
        lengths: (E,) steps of each.
        success: (E,) bool, of both outcomes.
        discount: what the agents count their returns with.

    >>> terms = {"a": np.ones(2), "b": np.array([0.0, 1.0])}
    >>> shares = attribute(terms, np.ones(2, int), np.array([False, True]), discount=1.0)
    >>> shares["a"].difference, shares["b"].difference
    (0.0, 1.0)
    """
    sizes = {name: float(np.abs(values).mean()) for name, values in terms.items()}
    sums = {name: returns_of(values, lengths, discount) for name, values in terms.items()}
    won = {name: float(values[success].mean()) for name, values in sums.items()}
    lost = {name: float(values[~success].mean()) for name, values in sums.items()}
    size = sum(sizes.values()) or 1.0
    apart = sum(abs(won[name] - lost[name]) for name in terms) or 1.0
    return {
        name: TermShare(sizes[name] / size, won[name], lost[name], (won[name] - lost[name]) / apart)
        for name in terms
    }


def attribution(terms: Terms, material: Material, discount: float) -> Finding:
    """Accuses a term that makes most of the difference and pays failures more."""
    episodes = material.judged.episodes
    won = episodes.success
    if won.all() or not won.any():
        return Finding(CHECK, False, f"{', '.join(terms)}; episodes of one outcome tell no more")
    shares = attribute(terms, episodes.lengths, won, discount)
    ordered = sorted(shares, key=lambda name: abs(shares[name].difference), reverse=True)
    evidence = tuple(
        f"`{name}`: {shares[name].size:.0%} of the size; {shares[name].success:.4g} in a successful episode, "
        f"{shares[name].failure:.4g} in a failed one ({shares[name].difference:+.0%} of the difference)"
        for name in ordered
    )
    first = shares[ordered[0]]
    wrong = first.difference <= -_MAIN
    summary = (
        f"`{ordered[0]}` pays failures more and is {-first.difference:.0%} of the difference"
        if wrong
        else f"`{ordered[0]}` tells outcomes apart most ({first.difference:+.0%} of the difference)"
    )
    return Finding(CHECK, wrong, summary, evidence)
