"""All fifty tasks of Meta-World (Yu et al., 2019) by their official code: ``metaworld-<name>``.

Three things are mended. An official reset takes no notice of its seed: here a seed alone decides the start.
The official step clips the observation, the goal within it too, to a space that its reset ignores: here
nothing is clipped. The official environment refuses to be stepped beyond its own horizon: here the task keeps
count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium import spaces

from ..registry import Family, register_family
from ..spec import ActionSpec, Field, TaskSpec
from .declare import task_of
from .gym_task import Declaration, GymTask
from .metaworld_tasks import ABOUT, About
from .sources import FieldSource, Info, Obs

if TYPE_CHECKING:
    from metaworld.sawyer_xyz_env import SawyerXYZEnv

PREFIX = "metaworld-"
HORIZON = 500
STEP_SECONDS = 0.0125
_OBSERVATION_SIZE = 39
_NEVER = 2**62

ACTION = ActionSpec(
    kind="box",
    size=4,
    meaning="moves the hand by up to 1 cm along each axis (x to the robot's right, y away from it, z up) and "
    "closes (+1) or opens (-1) the gripper",
    labels=("move along x", "move along y", "move along z", "gripper effort"),
)


class SeededMetaworld(gymnasium.Wrapper):
    """An official environment whose starts follow the seed of `reset`, and that clips no observation.

    The goal is part of the observation, as in Meta-World's MT benchmarks.
    """

    def __init__(self, env: SawyerXYZEnv) -> None:
        super().__init__(env)
        # What `set_task` of the benchmarks does, but for their list of fifty fixed starts.
        env._set_task_called = True
        env._partially_observable = False
        env._freeze_rand_vec = False
        env.seeded_rand_vec = True
        env.max_path_length = _NEVER
        unbounded = spaces.Box(-np.inf, np.inf, (_OBSERVATION_SIZE,), np.float64)
        env.sawyer_observation_space = unbounded
        env.observation_space = unbounded

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict]:
        """Start an episode; `seed` decides where everything stands."""
        if seed is not None:
            self.unwrapped.np_random = np.random.default_rng(seed)
        return self.env.reset()


def make(name: str) -> SeededMetaworld:
    """The official environment called `name`, such as ``drawer-open``."""
    from metaworld.env_dict import ENV_CLS_MAP

    return SeededMetaworld(ENV_CLS_MAP[f"{name}-v3"]())


def build(name: str) -> type[GymTask]:
    """The task called `name`, such as ``metaworld-drawer-open``."""
    official = name.removeprefix(PREFIX)
    about = ABOUT[official]
    sources = _sources(about)
    spec = TaskSpec(
        name=name,
        goal=about.goal,
        fields=tuple(sources),
        action=ACTION,
        horizon=HORIZON,
        tags=("manipulation", "metaworld", "official", "robot"),
        step_seconds=STEP_SECONDS,
    )
    return task_of(spec, Declaration(lambda: make(official), sources, success=Info["success"]), __name__)


def _sources(about: About) -> dict[Field, FieldSource]:
    turned = "a unit quaternion in the official environment's own order"
    sources: dict[Field, FieldSource] = {
        Field("hand_pos", "position of the hand", (3,), "m"): Obs[0:3],
        Field("gripper_openness", "distance between the fingers: 0 closed, 1 wide open"): Obs[3],
        Field("object_1_pos", f"position of {about.thing}", (3,), "m"): Obs[4:7],
    }
    if about.turns:
        sources[Field("object_1_quat", f"orientation of {about.thing}, {turned}", (4,))] = Obs[7:11]
    if about.second:
        sources[Field("object_2_pos", f"position of {about.second}", (3,), "m")] = Obs[11:14]
    if about.goal_moves:
        sources[Field("goal_pos", "the goal position", (3,), "m")] = Obs[36:39]
    return sources


register_family(Family({f"{PREFIX}{name}": HORIZON for name in ABOUT}, build))
