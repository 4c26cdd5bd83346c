"""Scores of a reward program that cost no training."""

from __future__ import annotations

import ast
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata  # type: ignore[import-untyped]

from ...envs import Transition, UserError
from ...reward_gen import RewardProgram
from ...reward_gen.distance import EpicProbe, PotentialProbe, StateFeatures
from ...reward_gen.distance.sampled import distance_of
from ..screening import preference, returns_of
from ..screening.paid import Paid, pay
from .evidence import Evidence
from .truth import pair_accuracy, truth_of

COVERED, DRAWN, WAVES = 192, 32, 16


class Scores(NamedTuple):
    """Scores of one reward program; of each, more should mean a better one.

    Attributes:
        accuracy: share of the pairs of episodes that its returns rank as success, then metric, do.
        accuracy_discounted: the same of its discounted returns.
        success_pairs: share of the pairs of a success and a failure that they rank rightly.
        return_correlation: Spearman's rho of its returns with success, then metric, over the episodes.
        epic: 1 less its EPIC distance to the human reward.
        starc_val: 1 less that of STARC with value-adjusted levelling.
        starc_minimal: 1 less that of STARC with the potential that leaves least.
        random_return: its mean return under random play.
        size: nodes of its syntax tree; the control, which should say nothing.
    """

    accuracy: float
    accuracy_discounted: float
    success_pairs: float
    return_correlation: float
    epic: float
    starc_val: float
    starc_minimal: float
    random_return: float
    size: float


SCORES = {
    "accuracy": "preference accuracy",
    "accuracy_discounted": "preference accuracy, discounted",
    "success_pairs": "success before failure",
    "return_correlation": "return with success",
    "epic": "EPIC to human",
    "starc_val": "STARC (value) to human",
    "starc_minimal": "STARC (minimal) to human",
    "random_return": "return of random play",
    "size": "program size",
}


class Scorer:
    """Scores programs of one task on the same evidence.

    All steps, those that EPIC makes up included, are paid in a single call behind the seal. STARC's steps
    are those of the episodes: its reference policy is the mixture of all that played them, and its
    potentials are linear in `StateFeatures`.

    Args:
        evidence: the episodes.
        human: the reward that distances are measured from.
        seed: draws the steps that EPIC covers.

    Raises:
        UserError: if the episodes are all successes or all failures, or too few for the potentials.
        RewardFault: where `human` fails on the steps.
    """

    def __init__(self, evidence: Evidence, human: RewardProgram, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        known = evidence.all
        won = int(known.episodes.success.sum())
        if won in (0, len(known.episodes)):
            raise UserError(
                f"expected episodes of {evidence.task.spec.name} of both outcomes, got {won} successes among "
                f"{len(known.episodes)}; record agents of more candidates"
            )
        self._evidence, self._episodes = evidence, known.episodes
        self._truth = truth_of(known.episodes.success, known.metric)
        steps, spec = known.episodes.transitions(), evidence.task.spec
        chosen = rng.choice(len(steps.action), min(COVERED, len(steps.action)), replace=False)
        self._epic = EpicProbe.of(steps.rows(chosen), min(DRAWN, len(chosen)), evidence.discount, rng)
        features = StateFeatures(spec, steps.obs, WAVES)
        ended = _ended(known.episodes.lengths, known.episodes.terminated)
        self._starc = {
            "starc_val": PotentialProbe(steps, features, evidence.discount, "val", ended=ended),
            "starc_minimal": PotentialProbe(steps, features, evidence.discount, "minimal", ended=ended),
        }
        self._human = self._paid(human)

    def __call__(self, program: RewardProgram) -> Scores:
        """All scores of `program`.

        Raises:
            RewardFault: where it fails on the steps.
        """
        paid = self._paid(program)
        own, lengths = paid.in_pool(paid.rewards), self._episodes.lengths
        plain = returns_of(own, lengths)
        discounted = returns_of(own, lengths, self._evidence.discount)
        return Scores(
            accuracy=pair_accuracy(plain, self._truth).share,
            accuracy_discounted=pair_accuracy(discounted, self._truth).share,
            success_pairs=preference(plain, self._episodes.success).share,
            return_correlation=_rho(plain, self._truth),
            epic=1.0 - distance_of(_rest(paid), _rest(self._human), self._epic),
            **{name: 1.0 - distance_of(own, self._of_human, probe) for name, probe in self._starc.items()},
            random_return=float(plain[-len(self._evidence.random.metric) :].mean()),
            size=float(sum(1 for _ in ast.walk(ast.parse(program.text)))),
        )

    @property
    def _of_human(self) -> np.ndarray:
        return self._human.in_pool(self._human.rewards)

    def _paid(self, program: RewardProgram) -> Paid:
        made_up: Transition = self._epic.steps
        return pay(program, self._evidence.task.spec, self._episodes, made_up)


def _rest(paid: Paid) -> np.ndarray:
    return paid.rewards[paid.pool_steps :]


def _ended(lengths: np.ndarray, terminated: np.ndarray) -> np.ndarray:
    """(sum(lengths),) bool: the last steps of the episodes that were `terminated`."""
    ended = np.zeros(int(lengths.sum()), bool)
    ended[np.cumsum(lengths) - 1] = terminated
    return ended


def _rho(returns: np.ndarray, truth: np.ndarray) -> float:
    """Spearman's rho; 0 where all returns are alike, since they rank nothing."""
    ranks = rankdata(np.round(returns, 9)), rankdata(truth)
    return float(np.corrcoef(*ranks)[0, 1]) if np.ptp(ranks[0]) else 0.0
