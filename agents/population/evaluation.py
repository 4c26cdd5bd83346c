"""Evaluates all members at once, as `agents.evaluate` evaluates one: by success alone, reward unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...envs import Evaluation, Task, Worlds
from ..evaluate import Evaluator
from .ppo import PopulationPPO

MOST_WORLDS = 1024
Played = tuple[Evaluation, np.ndarray]


class PopulationEvaluator:
    """Plays the same episodes with every member, in one batch of worlds.

    Args:
        task: the task's class.
        seeds: one for each episode.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads for the physics.
    """

    def __init__(
        self, task: type[Task], seeds: Sequence[int], *, horizon: int | None = None, threads: int = 1
    ) -> None:
        self._task, self._seeds = task, np.asarray(seeds, np.int64)
        self._horizon, self._threads = horizon, threads
        self._round: _Round | None = None

    def play(self, ppo: PopulationPPO) -> list[Played]:
        """For each member its evaluation and each episode's return (N,) in the sparse reward."""
        members = len(ppo.members)
        each = min(len(self._seeds), max(1, MOST_WORLDS // members))
        if self._round is None or self._round.size != members * each:
            worlds = Worlds(self._task, members * each, horizon=self._horizon, threads=self._threads)
            self._round = _Round(worlds)
        parts = [
            self._round.play(ppo, self._seeds[start : start + each], each)
            for start in range(0, len(self._seeds), each)
        ]
        *truth, sparse_return = (np.concatenate(values, axis=1) for values in zip(*parts, strict=True))
        return [
            (Evaluation(self._seeds, *(values[row] for values in truth)), sparse_return[row])
            for row in range(members)
        ]


class _Round(Evaluator):
    """Episodes played at the same time, on worlds that are built once.

    Args:
        worlds: as many for each member.
    """

    def __init__(self, worlds: Worlds) -> None:
        self.size = worlds.num_worlds
        self._worlds = worlds

    def play(self, ppo: PopulationPPO, seeds: np.ndarray, each: int) -> list[np.ndarray]:  # type: ignore[override]
        """What a tally holds, each (P, len(seeds)); spare worlds repeat the last seed."""
        padded = np.concatenate([seeds, np.repeat(seeds[-1:], each - len(seeds))])
        members = len(ppo.members)
        tally = self._play_round(_AllMembers(ppo), np.tile(padded, members), deterministic=True)
        return [values.reshape(members, each)[:, : len(seeds)] for values in tally]


class _AllMembers:
    """All members as one policy, each on its share of the worlds."""

    def __init__(self, ppo: PopulationPPO) -> None:
        self._ppo = ppo

    def predict(
        self,
        observation: np.ndarray,
        state: Any = None,
        episode_start: np.ndarray | None = None,
        deterministic: bool = True,
        action_masks: np.ndarray | None = None,
    ) -> tuple[np.ndarray, None]:
        """Most likely actions for raw observations (B, D)."""
        members = len(self._ppo.members)
        masks = None if action_masks is None else action_masks.reshape(members, -1, action_masks.shape[-1])
        actions = self._ppo.best_actions(observation.reshape(members, -1, observation.shape[-1]), masks)
        return actions.reshape(-1, *actions.shape[2:]), None
