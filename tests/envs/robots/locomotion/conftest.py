"""Gymnasium's official environments as the oracle: recorded once, compared with by many tests."""

from dataclasses import dataclass
from functools import cache

import gymnasium as gym
import mujoco
import numpy as np
import pytest

from rewardsmith.envs import task_class

OFFICIAL = {
    "hopper-run": "Hopper-v5",
    "walker2d-run": "Walker2d-v5",
    "half-cheetah-run": "HalfCheetah-v5",
    "ant-run": "Ant-v5",
    "humanoid-run": "Humanoid-v5",
}
# Forces are no quantities of our state.
OPTIONS = {"ant-run": {"contact_cost_weight": 0.0}, "humanoid-run": {"contact_cost_weight": 0.0}}
STEPS = 200
EPISODES = 2


@dataclass
class Recording:
    """One official episode of T steps that goes on after falls; states have T + 1 rows, the rest T."""

    draws: np.ndarray
    states: np.ndarray
    warmstarts: np.ndarray
    observations: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    stale_rewards: np.ndarray
    terminated: np.ndarray

    def task(self, name: str, rows: slice):
        """Our task with one world for each of the official states in `rows`."""
        states = self.states[rows]
        task = task_class(name)(len(states))
        task.set_physics(states, self.warmstarts[rows])
        return task

    def started(self, name: str):
        """Our task with one world at the episode's start."""
        task = task_class(name)(1)
        task.reset(np.arange(1), self.draws[None])
        return task


def with_fresh_positions(env):
    """Gymnasium leaves body positions as the integrator last used them, a stage before the new state."""
    simulate = env.do_simulation

    def simulate_and_refresh(control, frames):
        simulate(control, frames)
        mujoco.mj_kinematics(env.model, env.data)
        mujoco.mj_comPos(env.model, env.data)

    env.do_simulation = simulate_and_refresh
    return env


def official(name):
    return gym.make(OFFICIAL[name], **OPTIONS.get(name, {})).unwrapped


def physics(env):
    full = mujoco.mjtState.mjSTATE_FULLPHYSICS
    state = np.empty(mujoco.mj_stateSize(env.model, full))
    mujoco.mj_getState(env.model, env.data, state, full)
    return state


def record(name, seed):
    rng = np.random.default_rng(seed)
    task = task_class(name)(1)
    draws = rng.random(task.draws)
    task.reset(np.arange(1), draws[None])
    fresh, stale = with_fresh_positions(official(name)), official(name)
    for env in (fresh, stale):
        env.reset(seed=0)
        mujoco.mj_resetData(env.model, env.data)
        env.set_state(task.batch.qpos[0].copy(), task.batch.qvel[0].copy())
    rows = [(physics(fresh), fresh.data.qacc_warmstart.copy())]
    played = []
    for _ in range(STEPS):
        action = rng.uniform(-1, 1, task.spec.action.size).astype(np.float32)
        control = action * fresh.model.actuator_ctrlrange[:, 1]
        observation, _, terminated, _, info = fresh.step(control)
        stale_info = stale.step(control)[4]
        rows.append((physics(fresh), fresh.data.qacc_warmstart.copy()))
        played.append((observation, action, reward_of(info), reward_of(stale_info), terminated))
    states = [np.stack(column) for column in zip(*rows, strict=True)]
    return Recording(draws, *states, *(np.array(column) for column in zip(*played, strict=True)))


def reward_of(info):
    return sum(value for key, value in info.items() if key.startswith("reward_"))


@cache
def recordings_of(name):
    return [record(name, seed) for seed in range(EPISODES)]


@pytest.fixture(scope="session")
def recordings():
    """name -> official episodes of random play."""
    return recordings_of


@pytest.fixture(scope="session")
def official_env():
    """name -> the official environment."""
    return official
