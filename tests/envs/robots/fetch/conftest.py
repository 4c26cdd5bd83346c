"""The official Fetch environments as the oracle: recorded once, compared with by many tests."""

import importlib
from dataclasses import dataclass
from functools import cache

import mujoco
import numpy as np
import pytest

from rewardsmith.envs import FieldView, task_class
from rewardsmith.envs.robots.fetch.arm_scene import SUBSTEPS

RANDOM_STEPS = 200
CLASSES = {
    "fetch-reach": ("reach", "MujocoFetchReachEnv"),
    "fetch-push": ("push", "MujocoFetchPushEnv"),
    "fetch-slide": ("slide", "MujocoFetchSlideEnv"),
    "fetch-pick-and-place": ("pick_and_place", "MujocoFetchPickAndPlaceEnv"),
}


class FedGenerator:
    """Stands in for the official environment's generator and hands out a start's own draws.

    Pairs are places of the object, which the official environment may draw again; triples are goals, of
    which objects' tasks use two numbers; single numbers say whether and how high a goal is in the air.
    """

    def __init__(self, task, draws):
        places = 2 * getattr(task, "candidates", 0)
        self.queues = {2: list(draws[:places]), 3: list(draws[places:]), 1: list(draws[places + 2 :])}
        if places:
            self.queues[3] = [*draws[places : places + 2], 0.5]

    def uniform(self, low=0.0, high=1.0, size=1):
        queue = self.queues[size]
        drawn = np.array([queue.pop(0) for _ in range(size)])
        scaled = low + (high - low) * drawn
        return scaled if size > 1 else float(scaled[0])


@dataclass
class Recording:
    """One official episode of T steps; what describes states has T + 1 rows, the rest T."""

    draws: np.ndarray
    states: np.ndarray
    warmstarts: np.ndarray
    seen_qpos: np.ndarray
    observations: np.ndarray
    actions: np.ndarray
    sparse_rewards: np.ndarray
    dense_rewards: np.ndarray
    success: np.ndarray
    goal: np.ndarray

    def task(self, name, rows):
        """Our task with one world for each of the official states in `rows`."""
        states = self.states[rows]
        task = task_class(name)(len(states))
        task.reset(np.arange(len(states)), np.tile(self.draws, (len(states), 1)))
        task.set_physics(states, self.warmstarts[rows], self.seen_qpos[rows])
        return task

    def started(self, name):
        """Our task with one world at the episode's start."""
        task = task_class(name)(1)
        task.reset(np.arange(1), self.draws[None])
        return task

    def views(self, name):
        """The fields before and after each step."""
        return (FieldView(self.task(name, rows).fields()) for rows in (slice(0, -1), slice(1, None)))


class Oracle:
    """An official environment whose start we choose."""

    def __init__(self, name):
        self.name = name
        module, cls = CLASSES[name]
        self.env = getattr(importlib.import_module(f"gymnasium_robotics.envs.fetch.{module}"), cls)()
        self.env._mujoco_step = self._mujoco_step
        self.locked = self.env.block_gripper

    def _mujoco_step(self, action):
        # The same 20 substeps, with a look at the last but one.
        mujoco.mj_step(self.env.model, self.env.data, nstep=SUBSTEPS - 1)
        self.qpos_before = self.env.data.qpos.copy()
        mujoco.mj_step(self.env.model, self.env.data)

    def reset(self, draws):
        self.env.np_random = FedGenerator(task_class(self.name), draws)
        observation = self.env.reset()[0]
        self.qpos_before = self.env.data.qpos.copy()
        return observation

    def physics(self):
        full = mujoco.mjtState.mjSTATE_FULLPHYSICS
        state = np.empty(mujoco.mj_stateSize(self.env.model, full))
        mujoco.mj_getState(self.env.model, self.env.data, state, full)
        return state

    def row(self, observation):
        data = self.env.data
        seen = data.qpos.copy() if self.locked else self.qpos_before
        return self.physics(), data.qacc_warmstart.copy(), seen, observation["observation"]

    def record(self, draws, actions):
        rows, played = [self.row(self.reset(draws))], []
        for action in actions:
            observation, _, _, _, info = self.env.step(action)
            rows.append(self.row(observation))
            rewards = []
            for self.env.reward_type in ("sparse", "dense"):
                goals = observation["achieved_goal"], observation["desired_goal"]
                rewards.append(self.env.compute_reward(*goals, info))
            played.append((*rewards, bool(info["is_success"])))
        states = [np.stack(column) for column in zip(*rows, strict=True)]
        steps = [np.array(column) for column in zip(*played, strict=True)]
        return Recording(draws, *states, actions, *steps, self.env.goal.copy())


@cache
def oracle_of(name):
    return Oracle(name)


def demonstrated(cls):
    """Start and actions of an episode in which the goal is met."""
    if cls.recording_path().is_file():
        with np.load(cls.recording_path()) as recording:
            return recording["draws"], recording["actions"]
    world, draws, actions = cls(1), np.random.default_rng(3).random(cls.draws), []
    world.reset(np.arange(1), draws[None])
    for _ in range(cls.spec.horizon):
        actions.append(world.scripted_actions()[0].astype(np.float32))
        world.step(actions[-1][None])
    return draws, np.array(actions)


@cache
def recording_of(name, scripted):
    cls = task_class(name)
    if scripted:
        return oracle_of(name).record(*demonstrated(cls))
    rng = np.random.default_rng(0)
    actions = rng.uniform(-1, 1, (RANDOM_STEPS, 4)).astype(np.float32)
    return oracle_of(name).record(rng.random(cls.draws), actions)


@pytest.fixture(scope="session")
def oracle():
    """name -> the official environment."""
    return oracle_of


@pytest.fixture(scope="session")
def recording():
    """(name, scripted) -> an official episode, by random play or by our demonstration."""
    return recording_of
