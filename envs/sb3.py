"""B worlds of a task as a Stable-Baselines3 `VecEnv`, stepped as one batch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvStepReturn

from .spaces import action_space
from .worlds import Step, Worlds


class SB3VecEnv(VecEnv):
    """Lets any SB3 or sb3-contrib algorithm train on a batch of worlds.

    Infos are those that SB3 expects: ``TimeLimit.truncated`` at each step; on an episode's last step also
    ``terminal_observation``, ``is_success`` and Monitor's ``episode`` ({"r", "l", "t"}, with r the return in
    the agent's own reward).

    Args:
        worlds: the batch; its reward is what the agent is paid.
        seed: world i starts from the generator of ``seed + i``.
    """

    render_mode: str | None = None

    def __init__(self, worlds: Worlds, seed: int) -> None:
        super().__init__(worlds.num_worlds, worlds.encoder.space(), action_space(worlds.spec.action))
        self.worlds = worlds
        # Not `spec`: under that name SB3 expects what Gymnasium registered.
        self.task_spec = worlds.spec
        self.seed(seed)
        self._start_time = time.monotonic()
        self._returns = np.zeros(worlds.num_worlds)
        self._statistics: dict[str, np.ndarray] = {}
        self._actions: np.ndarray | None = None

    def reset(self) -> np.ndarray:
        """Start new episodes in all worlds; the observation (B, D)."""
        if any(seed is not None for seed in self._seeds):
            self.worlds.seed([None if seed is None else np.random.default_rng(seed) for seed in self._seeds])
            self._reset_seeds()
        self._returns[:] = 0
        return self.worlds.reset()

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions (B, A), or (B,), for `step_wait`."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Advance all worlds by one step; finished ones start anew at once."""
        assert self._actions is not None, "step_async comes before step_wait"
        step = self.worlds.step(self._actions)
        self._returns += step.reward
        self._record(step)
        done = step.terminated | step.truncated
        infos: list[dict[str, Any]] = [{"TimeLimit.truncated": bool(flag)} for flag in step.truncated]
        observation = step.observation
        if done.any():
            for world in np.flatnonzero(done).tolist():
                infos[world] |= self._last_step_info(step, world)
            self._returns[done] = 0
            observation = self.worlds.reset(np.flatnonzero(done))
        return observation, step.reward.astype(np.float32), done, infos

    def pop_statistics(self) -> dict[str, tuple[float, float, float]]:
        """(min, mean, max) of every reward term, and of ``reward``, over the steps since the last call."""
        popped = {name: (s[0], s[1] / s[3], s[2]) for name, s in self._statistics.items()}
        self._statistics = {}
        return popped

    def close(self) -> None:
        """Release the worlds' reward."""
        self.worlds.close()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """`attr_name` of the batch, once for each of the worlds asked for."""
        return [getattr(self, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set `attr_name` of the batch."""
        setattr(self, attr_name, value)

    def has_attr(self, attr_name: str) -> bool:
        """Whether ``env_method(attr_name)`` can be called; masks only where actions can be illegal."""
        if attr_name == "action_masks":
            return self.worlds.spec.action.masked
        return hasattr(self, attr_name)

    def env_method(
        self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any
    ) -> list[Any]:
        """Call a method of the batch; ``action_masks`` gives one row (mask_size,) for each world."""
        if method_name != "action_masks":
            raise AttributeError(f"worlds of a batch have no method {method_name!r} of their own")
        masks = self.worlds.task.action_masks()
        return [masks[world] for world in self._get_indices(indices)]

    def env_is_wrapped(self, wrapper_class: type, indices: VecEnvIndices = None) -> list[bool]:
        """The worlds count as monitored, since the batch writes Monitor's infos; nothing else wraps them."""
        from stable_baselines3.common.monitor import Monitor

        return [wrapper_class is Monitor] * len(list(self._get_indices(indices)))

    def get_images(self) -> Sequence[np.ndarray | None]:
        """No pictures are taken while training."""
        return [None] * self.num_envs

    def _last_step_info(self, step: Step, world: int) -> dict[str, Any]:
        return {
            "terminal_observation": step.observation[world],
            "is_success": bool(step.succeeded[world]),
            "episode": {
                "r": float(self._returns[world]),
                "l": int(self.worlds.elapsed[world]),
                "t": time.monotonic() - self._start_time,
            },
        }

    def _record(self, step: Step) -> None:
        for name, values in ({"reward": step.reward} | step.terms).items():
            s = self._statistics.setdefault(name, np.array([np.inf, 0.0, -np.inf, 0.0]))
            s[:] = min(s[0], values.min()), s[1] + values.sum(), max(s[2], values.max()), s[3] + len(values)
