"""Racing: stop spending on candidates that are clearly behind.

Successive halving is Jamieson & Talwalkar 2016, arXiv:1502.07943.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ...envs import UserError


@dataclass(frozen=True)
class Racing:
    """Successive halving on success in held-out episodes, never on a candidate's own reward.

    At each rung the better share goes on. Of the others, only those leave that are behind the leader by more
    than chance: while all still fail alike, all go on.

    Attributes:
        rungs: shares of the budget, rising from above 0 to below 1, after which candidates are compared.
        keep: share of the candidates that goes on in any case.
        risk: probability, at most, that a candidate which leaves is no worse at that rung than the leader.
            How often a later winner is lost, `replay` tells from recorded curves.
    """

    rungs: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5)
    keep: float = 0.25
    risk: float = 0.01

    def __post_init__(self) -> None:
        if list(self.rungs) != sorted(set(self.rungs)) or not all(0 < rung < 1 for rung in self.rungs):
            raise UserError(f"rungs are rising shares of the budget between 0 and 1, got {self.rungs}")
        if not 0 < self.keep <= 1:
            raise UserError(f"keep is a share of the candidates above 0 and up to 1, got {self.keep}")
        if not 0 < self.risk < 1:
            raise UserError(f"risk is a probability between 0 and 1, got {self.risk}")

    def rungs_passed(self, share: float) -> int:
        """How many rungs lie within a `share` of the budget."""
        return sum(share >= rung for rung in self.rungs)

    def survivors(self, successes: np.ndarray, episodes: int) -> list[int]:
        """Rows of the candidates that go on.

        Args:
            successes: (P,) successful episodes of each.
            episodes: episodes that each has played.

        >>> Racing().survivors(np.array([0, 18, 12, 17]), 20)
        [1, 2, 3]
        >>> Racing().survivors(np.array([0, 1, 0, 0]), 20)
        [0, 1, 2, 3]
        """
        # Mean and variance of the success rate's Beta posterior under a uniform prior.
        mean = (successes + 1) / (episodes + 2)
        variance = mean * (1 - mean) / (episodes + 3)
        safe = np.argsort(-successes, kind="stable")[: math.ceil(self.keep * len(successes))]
        leader = safe[0]
        lead = (mean[leader] - mean) / np.sqrt(variance[leader] + variance)
        going_on = lead < NormalDist().inv_cdf(1 - self.risk)
        going_on[safe] = True
        return np.flatnonzero(going_on).tolist()


@dataclass(frozen=True)
class Replay:
    """What racing would have done to recorded generations.

    Attributes:
        winner_kept: share of the generations that kept the best candidate at the end, or one as good.
        cost: share of the full training that was spent, on the mean over the generations.
    """

    winner_kept: float
    cost: float


def replay(racing: Racing, curves: Sequence[np.ndarray], episodes: int) -> Replay:
    """Race recorded generations again, at no cost.

    Args:
        racing: the rules.
        curves: of each generation (P, K), the success rate of its P candidates at K evenly spaced
            checkpoints, of which the last is the end of training.
        episodes: episodes behind each success rate.
    """
    kept, spent = 0, 0.0
    for curve in curves:
        candidates, checkpoints = curve.shape
        going_on = np.arange(candidates)
        passed = 0
        for checkpoint in range(checkpoints):
            spent += len(going_on) / (candidates * checkpoints)
            share = (checkpoint + 1) / checkpoints
            if racing.rungs_passed(share) > passed and share < 1:
                passed = racing.rungs_passed(share)
                successes = np.round(curve[going_on, checkpoint] * episodes)
                going_on = going_on[racing.survivors(successes, episodes)]
        kept += bool(curve[going_on, -1].max() == curve[:, -1].max())
    return Replay(kept / len(curves), spent / len(curves))
