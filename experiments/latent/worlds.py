"""Worlds that pay a latent reward, and the callback that keeps its decoder up to date."""

from __future__ import annotations

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback

from ...agents.episodic import EpisodicWorlds
from ...envs import RewardFn, Step, Task
from ...reward_gen.latent import EpisodeMemory, LatentReward, stacked


class LatentWorlds(EpisodicWorlds):
    """Worlds that pay a latent reward for each step, and note each episode's factors beside its return.

    Args:
        task: the task's class.
        num_worlds: B.
        reward: what each step is truly worth; only the sum over an episode is ever used.
        latent: what the agent is paid.
        memory: where the episodes are noted.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads that may step the physics.
    """

    def __init__(
        self,
        task: type[Task],
        num_worlds: int,
        *,
        reward: RewardFn | None,
        latent: LatentReward,
        memory: EpisodeMemory,
        horizon: float | None = None,
        threads: int = 1,
    ) -> None:
        super().__init__(task, num_worlds, reward=reward, horizon=horizon, threads=threads)
        self._latent, self._memory = latent, memory

    def reset(self, worlds: np.ndarray | None = None) -> np.ndarray:
        """Start new episodes in `worlds` (n,) int, or in all; the observation (B, D) of all worlds."""
        self._memory.restart(self._all if worlds is None else worlds)
        return super().reset(worlds)

    def step(self, actions: np.ndarray) -> Step:
        """Advance all worlds by one step; the reward (B,) is decoded, the terms are the factors."""
        before = self.view
        step = super().step(actions)
        paid, factors = self._latent(before, np.asarray(actions), self.view)
        done = step.terminated | step.truncated
        self._memory.add(stacked(factors, self._latent.names), done, step.reward)
        return step._replace(reward=paid, terms=factors)


class Refit(BaseCallback):
    """Fits the decoder to the remembered episodes before each rollout.

    Args:
        latent: the reward whose decoder is fitted.
        memory: the episodes.
        least: episodes that the first fit waits for.

    Attributes:
        explained: share of the returns' variance that the decoder explained, after each fit.
    """

    def __init__(self, latent: LatentReward, memory: EpisodeMemory, least: int = 64) -> None:
        super().__init__()
        self._latent, self._memory, self._least = latent, memory, least
        self.explained: list[float] = []

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        if len(self._memory) >= self._least:
            self.explained.append(self._latent.decoder.fit(self._memory.episodes()))
            self.logger.record("latent/explained_variance", self.explained[-1])
