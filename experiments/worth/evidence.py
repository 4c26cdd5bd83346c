"""The episodes that rewards are scored on, with what the environment said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ... import agents
from ...agents.evaluate import Evaluator
from ...agents.policies import Policy
from ...agents.recording import Recorder
from ...envs import Episodes, Task, Worlds
from ...envs.play import random_actions


@dataclass(frozen=True)
class Judged:
    """Episodes and the task's metric (E,) at the end of each."""

    episodes: Episodes
    metric: np.ndarray

    def part(self, index: np.ndarray) -> Judged:
        """The episodes `index` (n,) int, in that order."""
        return Judged(self.episodes.part(index), self.metric[index])

    @classmethod
    def concatenate(cls, parts: Sequence[Judged]) -> Judged:
        """The episodes of all `parts`, one part after another; there is at least one part."""
        episodes = Episodes.concatenate([part.episodes for part in parts])
        return cls(episodes, np.concatenate([part.metric for part in parts]))


@dataclass(frozen=True)
class Evidence:
    """What is known of a task before a reward is trained on.

    Attributes:
        task: its class.
        shown: episodes of some skill, of both outcomes.
        random: episodes of random play.
        discount: what the agents count their returns with.
    """

    task: type[Task]
    shown: Judged
    random: Judged
    discount: float

    @property
    def all(self) -> Judged:
        """All episodes, those of random play last."""
        return Judged.concatenate([self.shown, self.random])


def played(policy: Policy, task: type[Task], seeds: np.ndarray, horizon: int | None = None) -> Judged:
    """One episode of `policy` for each of `seeds` (E,)."""
    recorder = Recorder()
    found, _ = Evaluator(task, seeds.tolist(), horizon=horizon).play(policy, recorder=recorder)
    return Judged(recorder.episodes(), found.metric)


def random_play(task: type[Task], count: int, seed: int, horizon: int | None = None) -> Judged:
    """`count` episodes of uniformly random legal actions."""
    policy = agents.random_policy(task.spec, np.random.default_rng(seed))
    return played(policy, task, np.arange(count) + seed, horizon)


def scripted_play(task: type[Task], count: int, seed: int, horizon: int | None = None) -> Judged:
    """`count` episodes of the task's script, the first without a slip and the last all random.

    Between them the share of random actions grows evenly, so that there are all grades of skill.
    """
    rng = np.random.default_rng(seed)
    worlds, recorder = Worlds(task, count, horizon=horizon), Recorder()
    worlds.seed(rng.spawn(count))
    worlds.reset()
    slips, playing, metric = np.linspace(0, 1, count), np.ones(count, bool), np.zeros(count)
    while playing.any():
        before, actions = worlds.view, _slipping(worlds, slips, rng)
        step = worlds.step(actions)
        flags = {"terminated": step.terminated, "succeeded": step.succeeded}
        recorder.add(before, actions, worlds.view, playing=playing, **flags)
        over = step.terminated | step.truncated
        metric = np.where(playing & over, worlds.task.metric(), metric)
        playing &= ~over
        if over.any():
            worlds.reset(np.flatnonzero(over))
    recorder.end_round(count)
    return Judged(recorder.episodes(), metric)


def _slipping(worlds: Worlds, slips: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    right = worlds.task.scripted_actions()
    random = random_actions(worlds.spec.action, worlds.action_masks(), worlds.num_worlds, rng)
    wrong = rng.random(len(slips)) < slips
    return np.where(wrong.reshape(-1, *[1] * (right.ndim - 1)), random, right)


def gathered(parts: Sequence[Judged], most: int) -> Judged:
    """At most `most` episodes, at most half of them of one outcome, each part's first before any's second."""
    everything = Judged.concatenate(parts)
    turns = np.concatenate([np.arange(len(part.metric)) for part in parts])
    order = np.argsort(turns, kind="stable")
    won = everything.episodes.success[order]
    return everything.part(np.concatenate([order[won][: most // 2], order[~won][: most // 2]]))
