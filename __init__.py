"""rewardsmith: environments, reward programs and experiments for reward-design research.

Importing the package registers every task with Gymnasium:

>>> import gymnasium as gym
>>> env = gym.make("rewardsmith:rewardsmith/ArithmeticChain-v0", reward="human")
>>> observation, info = env.reset(seed=0)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import gymnasium

from .envs import TaskEnv, TaskVectorEnv, UserError, task_class, task_names

if TYPE_CHECKING:
    from pathlib import Path

    from .reward_gen import RewardProgram

__version__ = "0.1.0"
__all__ = ["TaskEnv", "TaskVectorEnv", "UserError", "single_env", "task_class", "task_names", "vector_env"]


def single_env(
    task: str,
    reward: str | Path | RewardProgram = "sparse",
    *,
    trusted: bool | None = None,
    render_mode: str | None = None,
) -> TaskEnv:
    """One world of `task`; what ``gym.make`` calls, with a `TimeLimit` around it for the horizon.

    Args:
        task: a task's name.
        reward: ``sparse``, ``human``, a reward program, or the path of one.
        trusted: run the program in this process; None trusts only our own human rewards.
        render_mode: ``ansi`` or None.
    """
    from .reward_gen import open_reward

    found = task_class(task)
    return TaskEnv(
        found, open_reward(reward, found, trusted=trusted), horizon=math.inf, render_mode=render_mode
    )


def vector_env(
    task: str,
    num_envs: int = 1,
    reward: str | Path | RewardProgram = "sparse",
    *,
    trusted: bool | None = None,
    **options: Any,
) -> TaskVectorEnv:
    """`num_envs` worlds of `task` stepped as one batch; what ``gym.make_vec`` calls.

    Args:
        task: a task's name.
        num_envs: B, the number of worlds.
        reward: as for `single_env`.
        trusted: as for `single_env`.
        options: further arguments of `TaskVectorEnv`.
    """
    from .reward_gen import open_reward

    found = task_class(task)
    return TaskVectorEnv(found, num_envs, open_reward(reward, found, trusted=trusted), **options)


def _register_tasks() -> None:
    for name in task_names():
        spec = task_class(name).spec
        if spec.gym_id not in gymnasium.registry:
            gymnasium.register(
                id=spec.gym_id,
                entry_point="rewardsmith:single_env",
                vector_entry_point="rewardsmith:vector_env",
                max_episode_steps=spec.horizon,
                kwargs={"task": name},
            )


_register_tasks()
