"""rewardsmith: environments, reward programs and experiments for reward-design research.

Importing the package registers every task with Gymnasium:

>>> import gymnasium as gym
>>> env = gym.make("rewardsmith:rewardsmith/ArithmeticChain-v0", reward="human")
>>> observation, info = env.reset(seed=0)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .envs import (
    Field,
    GoalTaskEnv,
    TaskEnv,
    TaskVectorEnv,
    UserError,
    adapted_task_names,
    task_class,
    task_names,
)
from .envs.adapters.declare import gym_task
from .envs.adapters.sources import Info, Obs
from .envs.registry import discover

if TYPE_CHECKING:
    from pathlib import Path

    from .reward_gen import RewardProgram

__version__ = "0.1.0"
__all__ = [
    "Field",
    "GoalTaskEnv",
    "Info",
    "Obs",
    "TaskEnv",
    "TaskVectorEnv",
    "UserError",
    "adapted_task_names",
    "goal_env",
    "gym_task",
    "single_env",
    "task_class",
    "task_names",
    "vector_env",
]


def single_env(
    task: str,
    reward: str | Path | RewardProgram = "sparse",
    *,
    trusted: bool | None = None,
    held_out: bool = False,
    **options: Any,
) -> TaskEnv:
    """One world of `task`; what ``gym.make`` calls, with a `TimeLimit` around it for the horizon.

    Args:
        task: a task's name.
        reward: ``sparse``, ``human``, a reward program, or the path of one.
        trusted: run the program in this process; None trusts only our own human rewards.
        held_out: draw the instances that training never sees; only for tasks that have some.
        options: further arguments of `TaskEnv`, e.g. ``render_mode="rgb_array"``.
    """
    from .reward_gen import open_reward

    found = task_class(task).held_out() if held_out else task_class(task)
    return TaskEnv(found, open_reward(reward, found, trusted=trusted), horizon=math.inf, **options)


def goal_env(
    task: str,
    reward: str | Path | RewardProgram = "sparse",
    *,
    trusted: bool | None = None,
    **options: Any,
) -> GoalTaskEnv:
    """One world of `task` with its goal apart, for hindsight relabelling by Stable-Baselines3's HER.

    Args:
        task: the name of a task that declares a goal, such as ``fetch-push``.
        reward: as for `single_env`.
        trusted: as for `single_env`.
        options: further arguments of `GoalTaskEnv`.
    """
    from .reward_gen import open_reward

    found = task_class(task)
    return GoalTaskEnv(found, open_reward(reward, found, trusted=trusted), **options)


def vector_env(
    task: str,
    num_envs: int = 1,
    reward: str | Path | RewardProgram = "sparse",
    *,
    trusted: bool | None = None,
    held_out: bool = False,
    **options: Any,
) -> TaskVectorEnv:
    """`num_envs` worlds of `task` stepped as one batch; what ``gym.make_vec`` calls.

    Args:
        task: a task's name.
        num_envs: B, the number of worlds.
        reward: as for `single_env`.
        trusted: as for `single_env`.
        held_out: as for `single_env`.
        options: further arguments of `TaskVectorEnv`.
    """
    from .reward_gen import open_reward

    found = task_class(task).held_out() if held_out else task_class(task)
    return TaskVectorEnv(found, num_envs, open_reward(reward, found, trusted=trusted), **options)


discover()
