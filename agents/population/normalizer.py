"""Running normalisation of observations and rewards, one set of statistics for each member.

The arithmetic is that of SB3's `VecNormalize`, to which each member's statistics can be written.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from stable_baselines3.common.running_mean_std import RunningMeanStd
from stable_baselines3.common.vec_env import VecNormalize

# The settings of a member without a normaliser.
_ABSENT = {
    "norm_obs": False,
    "norm_reward": False,
    "clip_obs": np.inf,
    "clip_reward": np.inf,
    "epsilon": 1.0,
    "gamma": 0.0,
}


class RunningMoments:
    """Mean and variance (P, ...) of P streams, by the parallel update of Chan et al. (1979)."""

    def __init__(self, moments: Sequence[RunningMeanStd]) -> None:
        self.mean = np.stack([m.mean for m in moments])
        self.var = np.stack([m.var for m in moments])
        self.count = np.array([m.count for m in moments])

    def update(self, values: np.ndarray) -> None:
        """Take in `values` (P, n, ...), n for each stream."""
        count = self.count.reshape(-1, *[1] * (self.mean.ndim - 1))
        added, total = values.shape[1], count + values.shape[1]
        delta = values.mean(axis=1) - self.mean
        squares = self.var * count + values.var(axis=1) * added + np.square(delta) * count * added / total
        self.mean = self.mean + delta * added / total
        self.var = squares / total
        self.count = self.count + added

    def write(self, row: int, moments: RunningMeanStd) -> None:
        """Put stream `row` into SB3's record of the same."""
        moments.mean, moments.var = self.mean[row].copy(), self.var[row].copy()
        moments.count = float(self.count[row])

    def keep(self, rows: Sequence[int]) -> None:
        """Forget all streams but `rows`."""
        self.mean, self.var, self.count = self.mean[rows], self.var[rows], self.count[rows]


class Normalizer:
    """What `VecNormalize` does, for P members at once.

    Args:
        environments: each member's own, from which statistics and settings are taken; None for a member
            that trains on what the worlds give.
        n_envs: n, worlds of each member.
        size: D, values of an observation.
    """

    def __init__(self, environments: Sequence[VecNormalize | None], n_envs: int, size: int) -> None:
        def setting(name: str, absent: float) -> np.ndarray:
            return np.array([absent if env is None else getattr(env, name) for env in environments])

        self._settings = {name: setting(name, absent) for name, absent in _ABSENT.items()}
        blank = RunningMeanStd(shape=(size,))
        self._observation = RunningMoments(
            [blank if env is None else _moments(env.obs_rms) for env in environments]
        )
        self._reward = RunningMoments(
            [RunningMeanStd() if env is None else env.ret_rms for env in environments]
        )
        self._returns = np.zeros((len(environments), n_envs))
        self._note_what_is_normalized()

    def reset(self, observation: np.ndarray) -> np.ndarray:
        """Take in the first observation (P, n, D) and normalise it."""
        self._returns[:] = 0
        return self.observe(observation)

    def observe(self, observation: np.ndarray) -> np.ndarray:
        """Take in an observation (P, n, D) and normalise it."""
        if self._any_observation:
            self._observation.update(observation)
        return self.normalize(observation)

    def normalize(self, observation: np.ndarray) -> np.ndarray:
        """Normalise observations (P, n, D) by what was seen so far; float32."""
        if not self._any_observation:
            return observation
        chosen, clip, epsilon = (
            self._settings[name][:, None, None] for name in ("norm_obs", "clip_obs", "epsilon")
        )
        mean, var = self._observation.mean[:, None], self._observation.var[:, None]
        scaled = np.clip((observation - mean) / np.sqrt(var + epsilon), -clip, clip)
        return np.where(chosen, scaled, observation).astype(np.float32)

    def pay(self, reward: np.ndarray, done: np.ndarray) -> np.ndarray:
        """Take in rewards (P, n) float32 and episodes' ends (P, n) bool; the normalised rewards, float32."""
        if not self._any_member:
            return reward
        gamma, chosen, clip = (
            self._settings[name][:, None] for name in ("gamma", "norm_reward", "clip_reward")
        )
        self._returns = self._returns * gamma + reward
        self._reward.update(self._returns)
        self._returns[done] = 0
        deviation = np.sqrt(self._reward.var + self._settings["epsilon"])[:, None]
        return np.where(chosen, np.clip(reward / deviation, -clip, clip), reward).astype(np.float32)

    def write(self, row: int, environment: VecNormalize) -> None:
        """Put member `row`'s statistics into its own environment."""
        self._observation.write(row, _moments(environment.obs_rms))
        self._reward.write(row, environment.ret_rms)

    def keep(self, rows: Sequence[int]) -> None:
        """Forget all members but `rows`."""
        self._observation.keep(rows)
        self._reward.keep(rows)
        self._settings = {name: values[rows] for name, values in self._settings.items()}
        self._returns = self._returns[rows]
        self._note_what_is_normalized()

    def _note_what_is_normalized(self) -> None:
        self._any_observation = bool(self._settings["norm_obs"].any())
        self._any_member = bool(np.isfinite(self._settings["clip_reward"]).any())


def _moments(moments: RunningMeanStd | dict[str, RunningMeanStd]) -> RunningMeanStd:
    assert isinstance(moments, RunningMeanStd), "observations are one vector here"
    return moments
