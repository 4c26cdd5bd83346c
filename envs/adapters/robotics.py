"""The goal environments of Gymnasium-Robotics by their official code: ``robotics-<name>``.

Fetch, the Shadow hand, the mazes and the kitchen; ``robotics-fetch-push`` is FetchPush-v4. Each but the
kitchen (Gupta et al., 2019) has the fields `achieved_goal` and `desired_goal`, and the rest of its
observation by name.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import gymnasium

from ..registry import Family, register_family
from ..spec import Field, TaskSpec
from .actions import action_spec
from .declare import task_of
from .gym_task import Declaration, GymTask
from .robotics_tasks import ABOUT, About
from .sources import FieldSource, Info, Obs

PREFIX = "robotics-"
KITCHEN = "franka-kitchen"
KITCHEN_HORIZON = 280
KITCHEN_TASKS = 7


def make(env_id: str) -> gymnasium.Env:
    """The official environment `env_id`."""
    import gymnasium_robotics

    gymnasium.register_envs(gymnasium_robotics)
    return gymnasium.make(env_id, disable_env_checker=True, max_episode_steps=-1)


def build(name: str) -> type[GymTask]:
    """The task called `name`, such as ``robotics-fetch-push``."""
    official = name.removeprefix(PREFIX)
    return _kitchen() if official == KITCHEN else _goal_task(name, ABOUT[official])


def _goal_task(name: str, about: About) -> type[GymTask]:
    sources: dict[Field, FieldSource] = {field: Obs["observation"][part] for field, part in about.layout}
    meaning = _meaning_of_goal(about)
    for key, whose in (("achieved_goal", "now"), ("desired_goal", "as the task wants it")):
        sources[Field(key, f"{meaning}, {whose}", about.goal_shape, about.unit)] = Obs[key]
    return _task(
        name, about.env_id, about.goal, about.action, about.horizon, sources, Info[about.success], about.tags
    )


def _meaning_of_goal(about: About) -> str:
    if about.goal_shape == (7,):
        return "position of the object in m, then its orientation as a unit quaternion with w first"
    if about.goal_shape == (15,):
        return "positions of the five finger tips one after another"
    if "maze" in about.tags:
        return "position along x and y"
    return "position of the gripper" if "Reach" in about.env_id else "position of the object"


def _kitchen() -> type[GymTask]:
    """Seven things to do, all of which the official environment remembers once they are done."""
    observation = Obs["observation"]
    sources: dict[Field, FieldSource] = {
        Field("robot_joints", "positions of the arm's seven joints in rad and two fingers in m", (9,)): (
            observation[0:9]
        ),
        Field("robot_velocities", "velocities of the same", (9,)): observation[9:18],
        Field("object_joints", "positions of the kitchen's 21 joint coordinates", (21,)): observation[18:39],
        Field("object_velocities", "velocities of the kitchen's 20 joints", (20,)): observation[39:59],
        Field("tasks_completed", "how many of the seven things have been done"): _completed,
    }
    goal = (
        "Turn on the bottom burner, the top burner and the light, open the slide cabinet, the hinge cabinet "
        "and the microwave, and put the kettle on the back burner, in any order."
    )
    return _task(
        f"{PREFIX}{KITCHEN}",
        "FrankaKitchen-v1",
        goal,
        "velocities of the arm's seven joints and two fingers",
        KITCHEN_HORIZON,
        sources,
        lambda fields: fields.tasks_completed >= KITCHEN_TASKS,
        ("manipulation",),
    )


def _completed(env: Any) -> int:
    return len(env.episode_task_completions)


def _task(
    name: str,
    env_id: str,
    goal: str,
    action: str,
    horizon: int,
    sources: dict[Field, FieldSource],
    success: Any,
    tags: tuple[str, ...],
) -> type[GymTask]:
    example = make(env_id)
    spec = TaskSpec(
        name=name,
        goal=goal,
        fields=tuple(sources),
        action=action_spec(example.action_space, action, ()),
        horizon=horizon,
        tags=(*tags, "official", "robot"),
        step_seconds=_step_seconds(example.unwrapped),
    )
    example.close()
    return task_of(spec, Declaration(partial(make, env_id), sources, success), __name__)


def _step_seconds(env: Any) -> float:
    """Simulated time of one step in s; mazes and the kitchen keep it in the robot that they hold."""
    robots = [getattr(env, name, env) for name in ("point_env", "ant_env", "robot_env")]
    return next(float(robot.dt) for robot in robots if hasattr(robot, "dt"))


_HORIZONS = {f"{PREFIX}{name}": about.horizon for name, about in ABOUT.items()}
register_family(Family({**_HORIZONS, f"{PREFIX}{KITCHEN}": KITCHEN_HORIZON}, build))
