"""One world of a task as a `gymnasium.Env`."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np

from .records import RewardFn
from .rendering import Rendering, render_metadata
from .spaces import action_space
from .task import Task
from .worlds import Worlds


class TaskEnv(gymnasium.Env):
    """A batch of one world with Gymnasium's single-environment interface.

    `info` holds ``task_reward`` (the sparse reward, whatever the agent is paid), ``success`` (the goal was
    met at some step of this episode) and ``reward_terms``.

    Args:
        task: the task's class.
        reward: a reward function; None pays the sparse reward.
        horizon: as for `Worlds`.
        render_mode: ``ansi`` (text), ``rgb_array`` (a picture, for robot tasks) or None.
        width: width of a picture in pixels.
        height: height of a picture in pixels.

    Raises:
        UserError: if the task cannot be shown in `render_mode`.
    """

    def __init__(
        self,
        task: type[Task],
        reward: RewardFn | None = None,
        *,
        horizon: float | None = None,
        render_mode: str | None = None,
        width: int = 480,
        height: int = 480,
    ) -> None:
        self.metadata = render_metadata(task)
        self.render_mode = render_mode
        self._rendering = Rendering(render_mode, width, height).checked(task)
        self.worlds = Worlds(task, 1, reward=reward, horizon=horizon)
        self.observation_space = self.worlds.encoder.space()
        self.action_space = action_space(task.spec.action)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict]:
        """Start an episode; with `seed`, this and all later ones are determined by it."""
        super().reset(seed=seed)
        self.worlds.seed([self.np_random if seed is not None or self._np_random is None else None])
        return self.worlds.reset()[0], {"task_reward": 0.0, "success": False, "reward_terms": {}}

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Advance by one step with one action, of the action space's shape."""
        step = self.worlds.step(np.asarray(action)[None])
        info = {
            "task_reward": float(step.task_reward[0]),
            "success": bool(step.succeeded[0]),
            "reward_terms": {name: float(values[0]) for name, values in step.terms.items()},
        }
        return (
            step.observation[0],
            float(step.reward[0]),
            bool(step.terminated[0]),
            bool(step.truncated[0]),
            info,
        )

    def action_masks(self) -> np.ndarray:
        """(mask_size,) bool: which choices are legal now; sb3-contrib's MaskablePPO calls this method."""
        return self.worlds.task.action_masks()[0]

    def render(self) -> Any:
        """The world's text or picture (height, width, 3) uint8, or None: see `render_mode`."""
        return self._rendering.frame(self.worlds.task, 0)

    def close(self) -> None:
        """Release the world and its reward."""
        self.worlds.close()
