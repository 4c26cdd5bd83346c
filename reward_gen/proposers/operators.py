"""Which way of making a candidate comes next: the ways that paid so far are chosen more often.

This is adaptive operator selection: each operator's chance follows what its children gained, and a floor
keeps any from dying out (Thierens 2005, "An Adaptive Pursuit Strategy for Allocating Operator
Probabilities"; Fialho et al. 2010, "Analyzing Bandit-based Adaptive Operator Selection Mechanisms").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

# Gains are judged as if this many children without any had come first: one lucky child moves little.
PRIOR_CHILDREN = 3
SHARPNESS = 2.0
FLOOR = 0.2
_MAX_SCORE = 2.0


def operator_chances(
    shares: Mapping[str, float],
    credit: Mapping[str, Sequence[float]],
    *,
    steady: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Operator -> chance to be chosen next.

    A chance is proportional to ``share * exp(SHARPNESS * score)``, where the score is the operator's mean
    gain, shrunk towards 0, over the root mean square of all gains: the unit of fitness does not matter.
    Every operator keeps at least `FLOOR` of its share.

    Args:
        shares: operator -> how often it is chosen while nothing is known; any scale, none negative.
        credit: operator -> what each of its children gained over its best parent; unknown operators and
            gains that are not finite are left out.
        steady: operators that keep their share whatever they gained, such as one whose children have no
            parent to gain over.

    >>> operator_chances({"tune": 1, "cross": 1}, {})
    {'tune': 0.5, 'cross': 0.5}
    >>> chances = operator_chances({"tune": 1, "cross": 1}, {"tune": [0.3, 0.2], "cross": [-0.1, 0.0]})
    >>> chances["tune"] > 0.7
    True
    """
    whole = sum(shares.values())
    prior = {name: share / whole for name, share in shares.items()}
    moving = {name: share for name, share in prior.items() if name not in steady}
    scores = _scores({name: credit.get(name, ()) for name in moving})
    weights = {name: share * float(np.exp(SHARPNESS * scores[name])) for name, share in moving.items()}
    part, total = sum(moving.values()), sum(weights.values())
    if not total:
        return prior
    learnt = {name: part * weight / total for name, weight in weights.items()}
    return {
        name: FLOOR * share + (1.0 - FLOOR) * learnt[name] if name in learnt else share
        for name, share in prior.items()
    }


def choose_operator(
    shares: Mapping[str, float],
    credit: Mapping[str, Sequence[float]],
    rng: np.random.Generator,
    *,
    steady: frozenset[str] = frozenset(),
) -> str:
    """One operator, drawn by its `operator_chances`; where there is but one, nothing is drawn."""
    if len(shares) == 1:
        return next(iter(shares))
    chances = operator_chances(shares, credit, steady=steady)
    return str(rng.choice(list(chances), p=list(chances.values())))


def _scores(credit: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Operator -> shrunken mean gain in units of the gains' root mean square."""
    gains = {name: np.array([g for g in values if np.isfinite(g)]) for name, values in credit.items()}
    every = np.concatenate([*gains.values(), np.zeros(0)])
    largest = np.abs(every).max(initial=0.0)
    if not largest:
        return dict.fromkeys(gains, 0.0)
    # Divided by the largest first, so that no square overflows or vanishes.
    size = float(np.sqrt(np.mean((every / largest) ** 2)))
    means = {name: float((g / largest).sum()) / (len(g) + PRIOR_CHILDREN) for name, g in gains.items()}
    return {name: float(np.clip(mean / size, -_MAX_SCORE, _MAX_SCORE)) for name, mean in means.items()}
