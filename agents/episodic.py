"""Worlds that tell what an episode was worth only when it is over: credit must be found by the agent."""

from __future__ import annotations

import numpy as np

from ..envs import RewardFn, Step, Task, Worlds


class EpisodicWorlds(Worlds):
    """Worlds that pay the whole return of an episode on its last step and nothing before.

    The setting of delayed rewards that return decomposition starts from (Arjona-Medina et al. 2019,
    "RUDDER: Return Decomposition for Delayed Rewards").

    Args:
        task: the task's class.
        num_worlds: B.
        reward: what each step is truly worth; None takes the task's sparse reward.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads that may step the physics.
    """

    def __init__(
        self,
        task: type[Task],
        num_worlds: int,
        *,
        reward: RewardFn | None = None,
        horizon: float | None = None,
        threads: int = 1,
    ) -> None:
        super().__init__(task, num_worlds, reward=reward, horizon=horizon, threads=threads)
        self._returns = np.zeros(num_worlds)

    def reset(self, worlds: np.ndarray | None = None) -> np.ndarray:
        """Start new episodes in `worlds` (n,) int, or in all; the observation (B, D) of all worlds."""
        self._returns[self._all if worlds is None else worlds] = 0.0
        return super().reset(worlds)

    def step(self, actions: np.ndarray) -> Step:
        """Advance all worlds by one step; the reward (B,) is the return where an episode ends, else 0."""
        step = super().step(actions)
        self._returns += step.reward
        return step._replace(reward=np.where(step.terminated | step.truncated, self._returns, 0.0), terms={})
