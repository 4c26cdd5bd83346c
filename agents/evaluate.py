"""How good a policy is, by the environment's truth alone: no reward enters here."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..envs import Evaluation, Task, UserError, Worlds, task_class
from .policies import Policy, acting_on_raw_observations, takes_masks

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
        threads: threads that may step the physics.

    Raises:
        UserError: if there is no seed, or no such task.

    >>> from rewardsmith.agents.policies import random_policy
    >>> evaluate(random_policy(task_class("reach").spec, np.random.default_rng(0)), "reach", [])
    Traceback (most recent call last):
    ...
    rewardsmith.envs.errors.UserError: an evaluation needs at least one seed, got none
    """
    return Evaluator(task, seeds, horizon=horizon, threads=threads).play(policy, deterministic)[0]


class Evaluator:
    """Plays the same episodes again and again, on worlds that are built once.

    Args:
        task: the task's name or class.
        seeds: one for each episode.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads that may step the physics.

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

    def play(self, policy: Policy, deterministic: bool = True) -> tuple[Evaluation, np.ndarray]:
        """One episode for each seed; the evaluation and each episode's return (N,) in the sparse reward."""
        policy = acting_on_raw_observations(policy)
        size = self._worlds.num_worlds
        rounds = [
            self._play_round(policy, self.seeds[start : start + size], deterministic)
            for start in range(0, len(self.seeds), size)
        ]
        success, metric, length, sparse_return = (
            np.concatenate(parts) for parts in zip(*rounds, strict=True)
        )
        return Evaluation(self.seeds, success, metric, length), sparse_return

    def _play_round(
        self, policy: Policy, seeds: np.ndarray, deterministic: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        worlds = self._worlds
        masked = worlds.spec.action.masked and takes_masks(policy)
        # The last round may have fewer seeds than there are worlds; the spare ones repeat its last episode.
        worlds.seed([np.random.default_rng(seeds[min(i, len(seeds) - 1)]) for i in range(worlds.num_worlds)])
        observation, state = worlds.reset(), None
        started, playing = np.ones(worlds.num_worlds, bool), np.ones(worlds.num_worlds, bool)
        success, metric = np.zeros(worlds.num_worlds, bool), np.zeros(worlds.num_worlds)
        length, sparse_return = np.zeros(worlds.num_worlds, np.int64), np.zeros(worlds.num_worlds)
        while playing.any():
            masks = {"action_masks": worlds.task.action_masks()} if masked else {}
            actions, state = policy.predict(
                observation, state=state, episode_start=started, deterministic=deterministic, **masks
            )
            step = worlds.step(actions)
            sparse_return += np.where(playing, step.task_reward, 0.0)
            started = step.terminated | step.truncated
            ended = playing & started
            success[ended], length[ended] = step.succeeded[ended], worlds.elapsed[ended]
            metric[ended] = worlds.task.metric()[ended]
            playing &= ~ended
            # Worlds that are through play on from a new start, so that every state stepped is a legal one.
            observation = worlds.reset(np.flatnonzero(started)) if started.any() else step.observation
        n = len(seeds)
        return success[:n], metric[:n], length[:n], sparse_return[:n]
