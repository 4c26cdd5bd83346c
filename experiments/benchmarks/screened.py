"""A finished evolution, screened in hindsight: what each program was worth, and what was known before."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ... import agents
from ...envs import Episodes, Task, Transition, UserError, random_transitions, task_class
from ...reward_gen import RewardFault
from ..screening import ScreenSettings, discount_of, pool_of
from ..screening.paid import pay
from ..screening.screen import is_telling, preferences
from ..screening.terms import look_at
from ..store import Candidate, Store
from ..store.trajectories import Trajectories

PROBES = 64


@dataclass(frozen=True)
class Screened:
    """A trained candidate.

    Attributes:
        round: number of the round that it was trained in; the first one is never screened.
        worth: success at the end of training, then its mean over training.
        plain: share of (success, failure) pairs of the pool that its undiscounted returns rank rightly; NaN
            where the pool held too few of one outcome.
        discounted: the same of its discounted returns.
        constant: whether it paid the same for every step at hand.
        dominated: whether one of its terms made almost all of the size.
        dead: whether some of its terms never varied.
        kilobytes: of its own recorded episodes, compressed.
        recording: seconds that playing them again took; NaN where they were kept.
        training: seconds of its training.
    """

    round: int
    worth: tuple[float, float]
    plain: float
    discounted: float
    constant: bool
    dominated: bool
    dead: bool
    kilobytes: float
    recording: float
    training: float


@dataclass(frozen=True)
class ScreenedExperiment:
    """All trained candidates of an evolution, in the order of proposal."""

    task: str
    candidates: list[Screened]

    def winners(self, share: float = 0.1) -> list[int]:
        """The best `share` of all candidates, by their worth, of those that succeed at all."""
        order = sorted(range(len(self.candidates)), key=lambda i: self.candidates[i].worth, reverse=True)
        best = order[: math.ceil(share * len(order))]
        return [i for i in best if self.candidates[i].worth[0] > 0]

    def near_best(self, share: float = 0.9) -> list[int]:
        """Candidates whose final success is at least `share` of the best one's."""
        best = max((c.worth[0] for c in self.candidates), default=0.0)
        return [i for i, c in enumerate(self.candidates) if best and c.worth[0] >= share * best]


def screen_experiment(folder: Path, settings: ScreenSettings, size: int) -> ScreenedExperiment:
    """Hold each program of an evolution without screening against the episodes of earlier rounds.

    Episodes that the evolution kept are read; else the agents in the folder play theirs now.

    Args:
        folder: that of the evolution.
        settings: how large a pool is, and with how few episodes it tells nothing.
        size: candidates in a round of independent samples, which know nothing of each other and so may be
            taken in any rounds; an evolution's rounds are its generations.

    Raises:
        UserError: if the folder holds no finished evolution, or neither episodes nor agents.
    """
    with Store.existing(folder) as store:
        experiment, candidates = store.settings(), store.candidates()
    trained = [c for c in candidates if c.state == "trained"]
    task = task_class(experiment["task"])
    settings = replace(settings, discount=discount_of(task.spec, experiment["algo"]))
    samples = random_transitions(task, PROBES, np.random.default_rng(experiment["seed"]))
    found: list[Screened] = []
    recorded: list[Episodes] = []
    for number, candidates in enumerate(_rounds(trained, experiment["search"] == "iid", size)):
        pool = pool_of(recorded, settings.most)
        for candidate in candidates:
            own, seconds = _episodes_of(folder, candidate, experiment, settings.each)
            shown = _shown(candidate, task, pool, samples, settings)
            found.append(
                Screened(
                    round=number,
                    worth=(candidate.success_rate, candidate.success_during),
                    **shown,
                    kilobytes=len(own.to_bytes()) / 1000,
                    recording=seconds,
                    training=candidate.seconds,
                )
            )
            recorded.append(own)
    return ScreenedExperiment(experiment["task"], found)


def _rounds(trained: list[Candidate], independent: bool, size: int) -> list[list[Candidate]]:
    if independent:
        return [trained[start : start + size] for start in range(0, len(trained), size)]
    generations = sorted({c.generation for c in trained})
    return [[c for c in trained if c.generation == generation] for generation in generations]


def _episodes_of(
    folder: Path, candidate: Candidate, experiment: dict[str, Any], each: int
) -> tuple[Episodes, float]:
    """A candidate's episodes, and the seconds that playing them took; NaN where they were kept."""
    kept = Trajectories(folder).get(candidate.name)
    if kept is not None:
        return kept, math.nan
    file = folder / "agents" / candidate.name / "model.zip"
    if not file.is_file():
        raise UserError(f"expected episodes or the agent of {candidate.name}, found no {file}")
    task = task_class(experiment["task"])
    policy = agents.load_agent(file, experiment["algo"] or agents.default_algorithm(task.spec), device="cpu")
    assert candidate.evaluation is not None
    start = time.perf_counter()
    horizon = experiment["horizon"]
    played = agents.record_episodes(policy, task, candidate.evaluation, each, horizon=horizon)
    return played, time.perf_counter() - start


def _shown(
    candidate: Candidate,
    task: type[Task],
    pool: Episodes | None,
    samples: Transition,
    settings: ScreenSettings,
) -> dict[str, Any]:
    """What the pool shows of a candidate's program, by name as `Screened` has it."""
    assert candidate.program is not None
    try:
        paid = pay(candidate.program, task.spec, pool, samples)
    except RewardFault as fault:
        raise UserError(f"{candidate.name} was trained, and fails now: {fault}") from fault
    plain = discounted = math.nan
    if pool is not None and is_telling(pool, settings):
        plain, discounted = (found.share for found in preferences(paid, pool, settings))
    terms = look_at(paid.rewards, paid.terms)
    return {
        "plain": plain,
        "discounted": discounted,
        "constant": terms.constant,
        "dominated": bool(terms.dominating),
        "dead": bool(terms.dead),
    }
