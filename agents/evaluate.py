"""How good a policy is, by the environment's truth alone: no reward enters here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..envs import Evaluation, Step, Task, UserError, Worlds, task_class
from .policies import Policy, acting_on_raw_observations, takes_masks
from .threads import torch_threads

if TYPE_CHECKING:
    from .recording import Recorder

MOST_WORLDS = 64


def evaluate(
    policy: Policy,
    task: str | type[Task],
    seeds: Sequence[int],
    *,
    horizon: int | None = None,
    deterministic: bool = True,
    threads: int = 1,
) -> Evaluation:
    """Play one episode for each seed.

    An episode is a success if its goal was met at any step, as MetaWorld counts it (Yu et al. 2019,
    arXiv:1910.10897); the task's metric is read at the episode's end.

    Args:
        policy: an SB3 or sb3-contrib model, or anything else with SB3's ``predict``.
        task: the task's name or class.
        seeds: one for each episode.
        horizon: steps until an episode is truncated; None takes the task's own.
        deterministic: whether the policy plays its most likely action.
        threads: threads for the physics and for torch.

    Raises:
        UserError: if there is no seed, or no such task.

    >>> from rewardsmith.agents.policies import random_policy
    >>> random_play = random_policy(task_class("reach").spec, np.random.default_rng(0))
    >>> evaluate(random_play, "reach", seeds=[1, 2, 3], horizon=5).length.tolist()
    [5, 5, 5]
    """
    return Evaluator(task, seeds, horizon=horizon, threads=threads).play(policy, deterministic)[0]


class Evaluator:
    """Plays the same episodes again and again, on worlds that are built once.

    Args:
        task: the task's name or class.
        seeds: one for each episode.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads for the physics and for torch.

    Raises:
        UserError: if there is no seed, or no such task.
    """

    def __init__(
        self, task: str | type[Task], seeds: Sequence[int], *, horizon: int | None = None, threads: int = 1
    ) -> None:
        if len(seeds) == 0:
            raise UserError("an evaluation needs at least one seed, got none")
        self.seeds = np.asarray(seeds, np.int64)
        rounds = math.ceil(len(seeds) / MOST_WORLDS)
        kind = task_class(task) if isinstance(task, str) else task
        self._worlds = Worlds(kind, math.ceil(len(seeds) / rounds), horizon=horizon, threads=threads)

    def play(
        self, policy: Policy, deterministic: bool = True, recorder: Recorder | None = None
    ) -> tuple[Evaluation, np.ndarray]:
        """One episode for each seed; the evaluation and each episode's return (N,) in the sparse reward.

        A `recorder` keeps them whole.
        """
        policy = acting_on_raw_observations(policy)
        size = self._worlds.num_worlds
        with torch_threads(self._worlds.task.threads):
            rounds = [
                self._play_round(policy, self.seeds[start : start + size], deterministic, recorder)
                for start in range(0, len(self.seeds), size)
            ]
        *truth, sparse_return = (np.concatenate(parts) for parts in zip(*rounds, strict=True))
        return Evaluation(self.seeds, *truth), sparse_return

    def _play_round(
        self, policy: Policy, seeds: np.ndarray, deterministic: bool, recorder: Recorder | None = None
    ) -> list[np.ndarray]:
        worlds, size = self._worlds, self._worlds.num_worlds
        masked = worlds.spec.action.masked and takes_masks(policy)
        # The last round may have fewer seeds than there are worlds; the spare ones repeat its last episode.
        worlds.seed([np.random.default_rng(seeds[min(i, len(seeds) - 1)]) for i in range(size)])
        observation, state, started = worlds.reset(), None, np.ones(size, bool)
        playing, tally = np.ones(size, bool), _Tally.of(size)
        while playing.any():
            masks = {"action_masks": worlds.task.action_masks()} if masked else {}
            actions, state = policy.predict(
                observation, state=state, episode_start=started, deterministic=deterministic, **masks
            )
            before = worlds.view
            step = worlds.step(actions)
            if recorder is not None:
                flags = {"terminated": step.terminated, "succeeded": step.succeeded}
                recorder.add(before, actions, worlds.view, playing=playing, **flags)
            started = step.terminated | step.truncated
            tally.add(step, worlds, playing, playing & started)
            playing &= ~started
            # Worlds that are through play on from a new start, so that every state stepped is a legal one.
            observation = worlds.reset(np.flatnonzero(started)) if started.any() else step.observation
        if recorder is not None:
            recorder.end_round(len(seeds))
        return [values[: len(seeds)] for values in tally]


class _Tally(NamedTuple):
    """What each of B worlds' first episode came to; every array (B,)."""

    success: np.ndarray
    metric: np.ndarray
    length: np.ndarray
    illegal: np.ndarray
    sparse_return: np.ndarray

    @classmethod
    def of(cls, size: int) -> _Tally:
        return cls(
            np.zeros(size, bool), np.zeros(size), np.zeros(size, np.int64), np.zeros(size), np.zeros(size)
        )

    def add(self, step: Step, worlds: Worlds, playing: np.ndarray, ended: np.ndarray) -> None:
        """Count a step where the episode is `playing` (B,), and close those that `ended` (B,) with it."""
        self.sparse_return[playing] += step.task_reward[playing]
        if ended.any():
            self.success[ended] = step.succeeded[ended]
            self.metric[ended] = worlds.task.metric()[ended]
            self.length[ended] = worlds.elapsed[ended]
            self.illegal[ended] = worlds.task.illegal_actions()[ended]
