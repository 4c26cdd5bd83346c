"""The official Meta-World environments as the oracle: recorded once, compared with by many tests."""

import warnings
from dataclasses import dataclass
from functools import cache

import mujoco
import numpy as np
import pytest
from metaworld.env_dict import ALL_V3_ENVIRONMENTS
from metaworld.policies import ENV_POLICY_MAP

from rewardsmith.envs import task_class

RANDOM_STEPS = 250
SCRIPTED_STEPS = 500
STEPS_AFTER_SUCCESS = 30


@dataclass
class Recording:
    """One official episode of T steps; states have T + 1 rows, the rest T."""

    draws: np.ndarray
    states: np.ndarray
    warmstarts: np.ndarray
    hand_targets: np.ndarray
    observations: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    success: np.ndarray

    def task(self, name: str, rows: slice):
        """Our task with one world for each of the official states in `rows`."""
        states = self.states[rows]
        task = task_class(name)(len(states))
        task.reset(np.arange(len(states)), np.tile(self.draws, (len(states), 1)))
        task.set_physics(states, self.warmstarts[rows], self.hand_targets[rows])
        return task

    def started(self, name: str):
        """Our task with one world at the episode's start."""
        task = task_class(name)(1)
        task.reset(np.arange(1), self.draws[None])
        return task


class Oracle:
    """An official environment whose start we choose."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.env = ALL_V3_ENVIRONMENTS[f"{name}-v3"]()
        self.env._set_task_called = True
        self.policy = ENV_POLICY_MAP[f"{name}-v3"]()

    def reset(self, draws: np.ndarray) -> np.ndarray:
        self.env._freeze_rand_vec = True
        self.env._last_rand_vec = task_class(self.name).start(draws[None])[0]
        return self.env.reset()[0]

    def physics(self) -> np.ndarray:
        full = mujoco.mjtState.mjSTATE_FULLPHYSICS
        state = np.empty(mujoco.mj_stateSize(self.env.model, full))
        mujoco.mj_getState(self.env.model, self.env.data, state, full)
        return state

    def scripted_action(self, observation: np.ndarray) -> np.ndarray:
        seen = observation.copy()
        seen[-3:] = self.env._target_pos
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.policy.get_action(seen).astype(np.float32)

    def record(self, seed: int, scripted: bool) -> Recording:
        rng = np.random.default_rng(seed)
        draws = rng.random(task_class(self.name).draws)
        observation = self.reset(draws)
        data = self.env.data
        rows = [(self.physics(), data.qacc_warmstart.copy(), data.mocap_pos[0].copy(), observation)]
        played = []
        while not self.is_long_enough(played, scripted):
            random_action = rng.uniform(-1, 1, 4).astype(np.float32)
            action = self.scripted_action(observation) if scripted else random_action
            observation, reward, _, _, info = self.env.step(action)
            rows.append((self.physics(), data.qacc_warmstart.copy(), data.mocap_pos[0].copy(), observation))
            played.append((action, reward, bool(info["success"])))
        states = [np.stack(column) for column in zip(*rows, strict=True)]
        steps = [np.array(column) for column in zip(*played, strict=True)]
        return Recording(draws, *states, *steps)

    @staticmethod
    def is_long_enough(played: list, scripted: bool) -> bool:
        if not scripted:
            return len(played) == RANDOM_STEPS
        successes = sum(success for *_, success in played)
        return successes > STEPS_AFTER_SUCCESS or len(played) == SCRIPTED_STEPS


@cache
def oracle_of(name: str) -> Oracle:
    return Oracle(name)


@cache
def recording_of(name: str, scripted: bool) -> Recording:
    for seed in range(5):
        played = oracle_of(name).record(seed, scripted)
        # The official policies do not always succeed.
        if played.success.any() or not scripted:
            break
    return played


@pytest.fixture(scope="session")
def oracle():
    """name -> the official environment."""
    return oracle_of


@pytest.fixture(scope="session")
def recording():
    """(name, scripted) -> an official episode, by random play or by the scripted policy."""
    return recording_of
