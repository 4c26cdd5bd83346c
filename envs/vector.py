"""B worlds of a task as one `gymnasium.vector.VectorEnv`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from .records import RewardFn
from .rendering import Rendering, render_metadata
from .spaces import action_space
from .task import Task
from .worlds import Step, Worlds


class TaskVectorEnv(VectorEnv):
    """A batch of worlds, stepped together, with Gymnasium's vector interface and its three autoreset modes.

    `info` holds ``task_reward`` (B,), ``success`` (B,) (the goal was met at some step of the episode) and
    ``reward_terms`` {name: (B,)}; with same-step autoreset also ``final_obs`` and ``final_info``.

    Args:
        task: the task's class.
        num_envs: B.
        reward: a reward function; None pays the sparse reward.
        max_episode_steps: the horizon; None takes the task's own.
        autoreset_mode: when a finished world starts anew.
        threads: threads that may step the physics.
        render_mode: ``ansi`` (text), ``rgb_array`` (pictures, for robot tasks) or None.
        width: width of a picture in pixels.
        height: height of a picture in pixels.

    Raises:
        UserError: if the task cannot be shown in `render_mode`.
    """

    def __init__(
        self,
        task: type[Task],
        num_envs: int = 1,
        reward: RewardFn | None = None,
        *,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        threads: int = 1,
        render_mode: str | None = None,
        width: int = 480,
        height: int = 480,
    ) -> None:
        self.num_envs = num_envs
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {"autoreset_mode": self.autoreset_mode, **render_metadata(task)}
        self.render_mode = render_mode
        self._rendering = Rendering(render_mode, width, height).checked(task)
        self.worlds = Worlds(task, num_envs, reward=reward, horizon=max_episode_steps, threads=threads)
        self.single_observation_space = self.worlds.encoder.space()
        self.single_action_space = action_space(task.spec.action)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._done = np.zeros(num_envs, bool)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start new episodes, in all worlds or where ``options["reset_mask"]`` (B,) is true.

        An integer seed gives world i the seed ``seed + i``, as Gymnasium's own vector environments do.
        """
        worlds = self._masked_worlds((options or {}).get("reset_mask"))
        self.worlds.seed([_generator(s) for s in np.array(self._seeds(seed), object)[worlds]], worlds)
        self._done[worlds] = False
        return self.worlds.reset(worlds), {}

    def step(
        self, actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Advance all worlds by one step."""
        if self.autoreset_mode == AutoresetMode.DISABLED and self._done.any():
            raise RuntimeError(f"worlds {np.flatnonzero(self._done).tolist()} are done: reset them first")
        if self.autoreset_mode == AutoresetMode.NEXT_STEP and self._done.any():
            return self._step_and_restart_done(actions)
        step = self.worlds.step(actions)
        self._done = step.terminated | step.truncated
        observation, info = step.observation, _info(step)
        if self.autoreset_mode == AutoresetMode.SAME_STEP and self._done.any():
            info |= _final(self._done, observation, info)
            observation = self.worlds.reset(np.flatnonzero(self._done))
            self._done = np.zeros_like(self._done)
        return observation, step.reward, step.terminated, step.truncated, info

    def action_masks(self) -> np.ndarray:
        """(B, mask_size) bool: which choices are legal now; only for tasks with masked actions."""
        return self.worlds.task.action_masks()

    def render(self) -> Any:
        """A tuple of every world's text or picture (height, width, 3) uint8, or None: see `render_mode`."""
        if self.render_mode is None:
            return None
        return tuple(self._rendering.frame(self.worlds.task, world) for world in range(self.num_envs))

    def close_extras(self, **kwargs: Any) -> None:
        """Release the worlds and their reward."""
        self.worlds.close()

    def _step_and_restart_done(self, actions: np.ndarray) -> tuple:
        # A world that restarts ignores this step's action: it is stepped with the rest of the batch, and
        # the restart then overwrites whatever that step did to it.
        restarted = self._done
        step = self.worlds.step(actions)
        observation = self.worlds.reset(np.flatnonzero(restarted))
        step = step._replace(
            observation=observation,
            reward=np.where(restarted, 0.0, step.reward),
            task_reward=np.where(restarted, 0.0, step.task_reward),
            terms={name: np.where(restarted, 0.0, values) for name, values in step.terms.items()},
            terminated=step.terminated & ~restarted,
            truncated=step.truncated & ~restarted,
            succeeded=step.succeeded & ~restarted,
        )
        self._done = step.terminated | step.truncated
        return observation, step.reward, step.terminated, step.truncated, _info(step)

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, (int, np.integer)):
            return [int(seed) + world for world in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(f"expected one seed for each of {self.num_envs} worlds, got {len(seed)}")
        return list(seed)

    def _masked_worlds(self, mask: np.ndarray | None) -> np.ndarray:
        if mask is None:
            return np.arange(self.num_envs)
        if np.shape(mask) != (self.num_envs,) or np.asarray(mask).dtype != np.bool_ or not np.any(mask):
            raise ValueError(
                f"options['reset_mask'] is a bool array of shape ({self.num_envs},) with at least one True, "
                f"got {mask!r}"
            )
        return np.flatnonzero(mask)


def _generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


def _info(step: Step) -> dict[str, Any]:
    every = np.ones(len(step.reward), bool)
    terms: dict[str, np.ndarray] = {}
    for name, values in step.terms.items():
        terms |= {name: values, f"_{name}": every}
    info = {"task_reward": step.task_reward, "success": step.succeeded, "reward_terms": terms}
    return info | {f"_{name}": every for name in info}


def _final(done: np.ndarray, observation: np.ndarray, info: dict[str, Any]) -> dict[str, Any]:
    final_obs = np.full(len(done), None, object)
    for world in np.flatnonzero(done):
        final_obs[world] = observation[world]
    return {"final_obs": final_obs, "_final_obs": done, "final_info": info.copy(), "_final_info": done}
