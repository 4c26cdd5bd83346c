"""Gymnasium-Robotics through the adapter, against the official environments made as its users make them."""

import gymnasium
import gymnasium_robotics
import numpy as np
import pytest

from rewardsmith.envs import adapted_task_names, task_class
from rewardsmith.envs.adapters.robotics import PREFIX
from rewardsmith.envs.adapters.robotics_tasks import ABOUT

gymnasium.register_envs(gymnasium_robotics)
LATEST = "v5"


def test_every_goal_environment_of_the_latest_version_is_there():
    """But for dense variants, aliases, older physics and the multi-agent kind."""
    families = ("Fetch", "HandReach", "HandManipulate", "PointMaze", "AntMaze")
    official = {
        spec.id
        for spec in gymnasium.registry.values()
        if spec.id.startswith(families)
        and "Dense" not in spec.id
        and "MujocoPy" not in str(spec.entry_point)
        and not spec.id.startswith(
            tuple(f"{name}Full" for name in ("HandManipulateBlock", "HandManipulateEgg"))
        )
        and not spec.id.startswith("HandManipulatePenFull")
        and not (spec.id.startswith("AntMaze") and not spec.id.endswith(LATEST))
    }
    assert {about.env_id for about in ABOUT.values()} == official
    assert f"{PREFIX}franka-kitchen" in adapted_task_names()


def test_horizons_are_the_official_ones():
    for about in ABOUT.values():
        assert gymnasium.spec(about.env_id).max_episode_steps == about.horizon


@pytest.mark.parametrize(
    "name",
    ["fetch-push", "hand-manipulate-block-boolean-touch-sensors", "point-maze-u-maze", "ant-maze-u-maze"],
)
def test_fields_are_the_official_observation_by_name(name):
    about, task = ABOUT[name], task_class(f"{PREFIX}{name}")(1)
    official = gymnasium.make(about.env_id)
    task.reset(np.arange(1), np.array([[0.5]]))
    # The official environments leave traces of their first reset; the adapter starts from there as well.
    official.reset(seed=0)
    observation, _ = official.reset(seed=2**30)
    official.action_space.seed(0)
    for _ in range(10):
        fields = task.fields()
        assert np.array_equal(fields["achieved_goal"][0], observation["achieved_goal"])
        assert np.array_equal(fields["desired_goal"][0], observation["desired_goal"])
        for field, part in about.layout:
            assert np.array_equal(fields[field.name][0], observation["observation"][part]), field.name
        action = official.action_space.sample()
        task.step(action[None])
        observation, _, _, _, info = official.step(action)
        assert task.success()[0] == bool(info[about.success])


def test_success_is_told_where_the_goal_is():
    task = task_class(f"{PREFIX}fetch-reach")(1)
    for draw in np.linspace(0, 0.9, 4):
        task.reset(np.arange(1), np.array([[draw]]))
        for _ in range(40):
            toward = task.fields()["desired_goal"] - task.fields()["achieved_goal"]
            task.step(np.concatenate([np.clip(10 * toward, -1, 1), [[0.0]]], axis=1))
        assert task.success()[0]
