"""The official mazes of Gymnasium-Robotics as the oracle."""

from functools import cache

import gymnasium as gym
import gymnasium_robotics
import mujoco
import numpy as np
import pytest

OFFICIAL = {
    "point-maze-u": "PointMaze_UMaze-v3",
    "point-maze-medium": "PointMaze_Medium-v3",
    "point-maze-large": "PointMaze_Large-v3",
    "ant-maze-u": "AntMaze_UMaze-v5",
    "ant-maze-medium": "AntMaze_Medium-v5",
    "ant-maze-large": "AntMaze_Large-v5",
}


@cache
def official_maze(task):
    """The official environment behind `task`, without its wrappers."""
    gym.register_envs(gymnasium_robotics)
    return gym.make(OFFICIAL[task]).unwrapped


@cache
def official_dense_maze(task):
    """The same with the dense reward."""
    gym.register_envs(gymnasium_robotics)
    name, version = OFFICIAL[task].rsplit("-", 1)
    return gym.make(f"{name}Dense-{version}").unwrapped


def physics_of(env):
    """The official simulation's state, MuJoCo's "full physics"."""
    full = mujoco.mjtState.mjSTATE_FULLPHYSICS
    state = np.empty(mujoco.mj_stateSize(env.model, full))
    mujoco.mj_getState(env.model, env.data, state, full)
    return state


@pytest.fixture(scope="session")
def official():
    return official_maze


@pytest.fixture(scope="session")
def official_dense():
    return official_dense_maze


@pytest.fixture(scope="session")
def physics():
    return physics_of
