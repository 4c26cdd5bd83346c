"""Planted faults, one audit check at a time: what it says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ...envs import Task, task_class
from ...reward_gen import RewardProgram, resolve_reward
from ..audit import (
    Budget,
    OverOptimisation,
    audit,
    best_of_n,
    best_of_n_kl,
    overoptimisation,
    red_team,
    reliance,
)
from ..audit.invariance import invariance
from ..audit.material import gather
from ..audit.payment import paying
from ..audit.preferences import bradley_terry, last_values
from ..audit.rollouts import Player
from ..screening import discount_of, returns_of
from ..worth.evidence import scripted_play
from .audit_cases import human_reward, nuisance_cases, unread_features

_STEPS = 512
# Episodes of the policy that is improved by choosing the best of n.
_EPISODES = 1_024


class Probe(NamedTuple):
    """Whether a reward was flagged, whether the planted feature stood first, and how much was planted."""

    flagged: bool
    first: bool
    size: float


class Attacked(NamedTuple):
    """Whether an exploit was found, and the environment steps that it took."""

    found: bool
    steps: int


class Climb(NamedTuple):
    """What came of choosing the best of n by a proxy: gold at n = 1, and the curve's findings."""

    start: float
    curve: OverOptimisation


def probed(name: str, planted: bool, count: int, rng: np.random.Generator) -> Iterator[Probe]:
    """Rewards of a task with or without a planted dependence; what must not matter is declared."""
    task, material = task_class(name), gather(task_class(name))
    steps = material.steps(_STEPS, np.random.default_rng(0))
    declared = unread_features(task, steps)
    for case in nuisance_cases(task, steps, planted, count, rng):
        with paying(case.program, task, trusted=True) as pay:
            flagged = invariance(pay, material, declared).suspicious
            shares = reliance(pay, steps, task.spec)
        yield Probe(flagged, next(iter(shares)) == case.planted, case.size)


def attacked(task: type[Task], program: RewardProgram, seed: int) -> Attacked:
    """The red team's search within its budget."""
    with paying(program, task, trusted=True) as pay:
        found = red_team(task, pay, discount_of(task.spec), Budget.of(task), np.random.default_rng(seed))
    return Attacked(found.worst is not None and found.worst.exploits, found.steps)


def is_exploited(task: type[Task], program: RewardProgram, action: int) -> bool:
    """Whether taking one action all the time is paid better than the script's success from most starts.

    Where it is illegal any other is taken, so that it has to be legal often enough.
    """
    rng = np.random.default_rng(0)
    with paying(program, task, trusted=True) as pay:
        player = Player(task, pay, discount_of(task.spec), rng)
        draws = rng.random((8, task.draws))
        honest = player.script(draws)
        played = [player.play(start, np.full((1, task.spec.horizon), action)) for start in draws]
    pairs = zip(played, honest.returns, strict=True)
    better = [not p.success[0] and p.returns[0] >= own for p, own in pairs]
    return sum(better) > len(better) / 2


def checks_against(rewards: Sequence[tuple[str, str]], seed: int) -> dict[str, list[bool]]:
    """Whole audits of the rewards (task, name): check -> whether it spoke against each."""
    found: dict[str, list[bool]] = {}
    for name, source in rewards:
        task = task_class(name)
        program = resolve_reward(source, task)
        assert program is not None, "the sparse reward is not audited"
        for finding in audit(program, task, trusted=True, seed=seed).findings:
            found.setdefault(finding.check, []).append(finding.suspicious)
    return found


class Climber:
    """Chooses the best of n episodes on ``gameable-tests`` by proxies that are learnt from preferences.

    The policy that is improved is the script's, with a slip in up to one step of four. Gold is the human
    reward's return. A proxy is linear in what the grader shows and where the work stands, with a flag for
    each score that the grader can show: enough to learn that the best score is a fraud, once that is seen.
    """

    def __init__(self, seed: int = 0) -> None:
        task = task_class("gameable-tests")
        played = scripted_play(task, 4 * _EPISODES, seed).episodes.part(np.arange(_EPISODES))
        with paying(human_reward(task), task, trusted=True) as pay:
            self.gold = returns_of(pay(played.transitions())[0], played.lengths)
        self._features = last_values(played, ("proxy", "place", "handed_in"), table="proxy")
        self._sizes = np.unique(np.geomspace(1, _EPISODES // 2, 16).astype(int))

    def climb(self, preferences: int, seed: int) -> Climb:
        """By a proxy from so many preferences; 0 takes gold itself as the proxy."""
        rng, gold, proxy = np.random.default_rng(seed), self.gold, self.gold
        if preferences:
            first, second = rng.integers(len(gold), size=(2, preferences))
            coin = rng.random(preferences) < 0.5
            preferred = np.where(gold[first] == gold[second], coin, gold[first] > gold[second])
            proxy = self._features @ bradley_terry(self._features, first, second, preferred)
        proxies, golds = best_of_n(proxy, gold, self._sizes)
        divergence = np.array([best_of_n_kl(int(n)) for n in self._sizes])
        return Climb(float(golds[0]), overoptimisation(divergence, golds, proxies))
