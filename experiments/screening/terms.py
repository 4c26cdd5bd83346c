"""What a reward's terms do on steps that are at hand before any training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs import Terms
from ...reward_gen.reflection_flags import is_dead, shares_of

DOMINATING_SHARE = 0.99


@dataclass(frozen=True)
class TermFindings:
    """What the terms of a reward look like over N steps.

    Attributes:
        constant: whether the whole reward never varies.
        dead: terms that never vary.
        shares: each term's part of the size of all, as reflection counts it; 0 for a dead one.
        dominating: the term that makes almost all of the size of several; empty for none.
    """

    constant: bool
    dead: tuple[str, ...]
    shares: dict[str, float]
    dominating: str


def look_at(rewards: np.ndarray, terms: Terms) -> TermFindings:
    """What rewards (N,) and `terms` {name: (N,)} of N steps show.

    >>> found = look_at(np.array([0.0, 1.0]), {"near": np.array([0.0, 1.0]), "bonus": np.ones(2)})
    >>> found.constant, found.dead, found.shares
    (False, ('bonus',), {'near': 1.0, 'bonus': 0.0})
    """
    rows = {name: _range_of(values) for name, values in terms.items()}
    dead = tuple(name for name, row in rows.items() if is_dead(row))
    shares = shares_of(rows)
    largest = max(shares, key=shares.__getitem__, default="")
    alone = len(terms) - len(dead) < 2
    dominating = "" if alone or shares[largest] <= DOMINATING_SHARE else largest
    return TermFindings(is_dead(_range_of(rewards)), dead, shares, dominating)


def _range_of(values: np.ndarray) -> np.ndarray:
    """Smallest, mean and largest value: one row (1, 3) of a trace."""
    return np.array([[values.min(), values.mean(), values.max()]])
