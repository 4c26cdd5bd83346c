"""Which official environment has the physics of one of our tasks: what benchmarks put beside ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from ...envs import TaskSpec

# A task's name, or how the names of all tasks of one robot begin, and the official Gymnasium id.
_GYMNASIUM_IDS = {
    "hopper-": "Hopper-v5",
    "half-cheetah-": "HalfCheetah-v5",
    "walker2d-": "Walker2d-v5",
    "ant-maze-u": "AntMaze_UMaze-v5",
    "ant-maze-medium": "AntMaze_Medium-v5",
    "ant-maze-large": "AntMaze_Large-v5",
    "ant-": "Ant-v5",
    "humanoid-": "Humanoid-v5",
    "fetch-reach": "FetchReach-v4",
    "fetch-push": "FetchPush-v4",
    "fetch-slide": "FetchSlide-v4",
    "fetch-pick-and-place": "FetchPickAndPlace-v4",
    "point-maze-u": "PointMaze_UMaze-v3",
    "point-maze-medium": "PointMaze_Medium-v3",
    "point-maze-large": "PointMaze_Large-v3",
    "adroit-door": "AdroitHandDoor-v1",
    "adroit-hammer": "AdroitHandHammer-v1",
    "adroit-pen": "AdroitHandPen-v1",
    "adroit-relocate": "AdroitHandRelocate-v1",
    "hand-block-rotate": "HandManipulateBlockRotateXYZ-v1",
    "hand-pen-rotate": "HandManipulatePenRotate-v1",
}


def official_id(spec: TaskSpec) -> str | None:
    """The official environment's Gymnasium id, as EnvPool spells it too; None where there is none.

    >>> from rewardsmith.envs import task_class
    >>> official_id(task_class("drawer-open").spec)
    'MetaWorld/DrawerOpen-v3'
    """
    if "metaworld" in spec.tags:
        return "MetaWorld/" + "".join(word.capitalize() for word in spec.name.split("-")) + "-v3"
    return next((known for start, known in _GYMNASIUM_IDS.items() if spec.name.startswith(start)), None)


def official_stepper(spec: TaskSpec) -> Callable[[np.ndarray], Any] | None:
    """Steps one world of the official environment, started anew; None where there is none.

    Episodes have no end there. The environment computes its own reward in every step.
    """
    name = official_id(spec)
    if name is None:
        return None
    if name.startswith("MetaWorld/"):
        return _metaworld_stepper(f"{spec.name}-v3")
    import gymnasium_robotics

    gymnasium.register_envs(gymnasium_robotics)
    env = gymnasium.make(name, disable_env_checker=True).unwrapped
    env.reset(seed=0)
    return env.step


def _metaworld_stepper(name: str) -> Callable[[np.ndarray], Any]:
    from metaworld.env_dict import ALL_V3_ENVIRONMENTS

    env = ALL_V3_ENVIRONMENTS[name]()
    env._set_task_called, env._freeze_rand_vec = True, False
    env.reset()

    def step(action: np.ndarray) -> Any:
        # Meta-World refuses to step past its horizon.
        env.curr_path_length = 0
        return env.step(action)

    return step
