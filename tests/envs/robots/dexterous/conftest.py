"""The official Adroit environments as the oracle: played once, compared with by many tests."""

from dataclasses import dataclass
from functools import cache

import gymnasium as gym
import gymnasium_robotics
import mujoco
import numpy as np
import pytest
from gymnasium_robotics.utils.rotations import quat2euler

from rewardsmith.envs import task_class
from rewardsmith.envs.robots.dexterous import adroit_door, adroit_hammer, adroit_relocate

FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS
RANDOM_STEPS = 80
HOLD = 8


@dataclass
class Played:
    """One official episode of T steps; states have T + 1 rows, the rest T.

    Attributes:
        draws: of our task's start.
        states: MuJoCo's "full physics" states, as our task counts them.
        judged: what the official code makes of each state after a step: (observation, reward, success).
    """

    draws: np.ndarray
    states: np.ndarray
    warmstarts: np.ndarray
    actions: np.ndarray
    judged: list

    def task(self, name, rows):
        """Our task with one world for each of the official states in `rows`."""
        states = self.states[rows]
        task = task_class(name)(len(states))
        worlds = np.arange(len(states))
        task.reset(worlds, np.tile(self.draws, (len(states), 1)))
        task.batch.set_rows(worlds, states, task.batch.control.copy(), self.warmstarts[rows])
        task.batch.sense()
        return task


class Oracle:
    """An official environment and what it takes to compare with it."""

    def __init__(self, name):
        self.name = name
        gym.register_envs(gymnasium_robotics)
        self.env = gym.make(f"AdroitHand{name.removeprefix('adroit-').capitalize()}-v1").unwrapped

    def place(self, draws):
        """Reset to where our task starts from `draws`."""
        env, model = self.env, self.env.model
        # The official reset places things by its own numbers; afterwards they stand where `draws` put them.
        env.reset(seed=0)
        if self.name == "adroit-door":
            low, high = adroit_door.FRAME_LOW, adroit_door.FRAME_HIGH
            model.body_pos[env.door_body_id] = low + (high - low) * draws
        elif self.name == "adroit-hammer":
            low, high = adroit_hammer.BOARD_HEIGHT_LOW, adroit_hammer.BOARD_HEIGHT_HIGH
            model.body_pos[env.target_body_id, 2] = low + (high - low) * draws[0]
        elif self.name == "adroit-pen":
            ours = task_class(self.name)(1)
            ours.reset(np.arange(1), draws[None])
            model.body_quat[env.target_obj_body_id] = ours.batch.mocap_quat[0, -1]
        else:
            ball_low, ball_high = adroit_relocate.BALL_LOW, adroit_relocate.BALL_HIGH
            goal_low, goal_high = adroit_relocate.GOAL_LOW, adroit_relocate.GOAL_HIGH
            model.body_pos[env.obj_body_id, :2] = ball_low + (ball_high - ball_low) * draws[:2]
            model.site_pos[env.target_obj_site_id] = goal_low + (goal_high - goal_low) * draws[2:]
        mujoco.mj_resetData(model, env.data)
        env.set_state(env.init_qpos, env.init_qvel)

    def draws(self, seed):
        """The draws from which our task starts where the official reset with `seed` does."""
        env, model = self.env, self.env.model
        env.reset(seed=seed)
        if self.name == "adroit-door":
            low, high = adroit_door.FRAME_LOW, adroit_door.FRAME_HIGH
            return (model.body_pos[env.door_body_id] - low) / (high - low)
        if self.name == "adroit-hammer":
            low, high = adroit_hammer.BOARD_HEIGHT_LOW, adroit_hammer.BOARD_HEIGHT_HIGH
            return (model.body_pos[env.target_body_id, 2:] - low) / (high - low)
        if self.name == "adroit-pen":
            return (quat2euler(model.body_quat[env.target_obj_body_id])[:2] + 1) / 2
        ball_low, ball_high = adroit_relocate.BALL_LOW, adroit_relocate.BALL_HIGH
        goal_low, goal_high = adroit_relocate.GOAL_LOW, adroit_relocate.GOAL_HIGH
        ball = (model.body_pos[env.obj_body_id, :2] - ball_low) / (ball_high - ball_low)
        goal = (model.site_pos[env.target_obj_site_id] - goal_low) / (goal_high - goal_low)
        return np.concatenate([ball, goal])

    def state(self):
        """The simulation's state as our task counts it."""
        state = np.empty(mujoco.mj_stateSize(self.env.model, FULL))
        mujoco.mj_getState(self.env.model, self.env.data, state, FULL)
        if self.name == "adroit-relocate":
            # Officially the ball's joints are displaced as a whole; we displace the ball along them.
            state[1 + 30 : 1 + 32] += self.env.model.body_pos[self.env.obj_body_id, :2]
        return state

    def play(self, draws, actions):
        self.place(draws)
        states, warmstarts, raw = [self.state()], [self.env.data.qacc_warmstart.copy()], []
        for action in actions:
            self.env.step(action)
            states.append(self.state())
            warmstarts.append(self.env.data.qacc_warmstart.copy())
            raw.append((self.env.data.qpos.copy(), self.env.data.qvel.copy()))
        judged = [self.judge(qpos, qvel) for qpos, qvel in raw]
        return Played(draws, np.stack(states), np.stack(warmstarts), np.stack(actions), judged)

    def judge(self, qpos, qvel):
        """What the official step says of a state whose positions are all up to date.

        The official step itself looks at bodies where they were one substep before the end.
        """
        env = self.env
        env.do_simulation = lambda control, frames: env.set_state(qpos, qvel)
        try:
            observation, reward, _, _, info = env.step(np.zeros(env.action_space.shape, np.float32))
        finally:
            del env.do_simulation
        return observation, reward, bool(info["success"])


@cache
def oracle_of(name):
    return Oracle(name)


@cache
def played_of(name, recorded):
    """An official episode: random actions, held for a while, or the recorded demonstration's."""
    task = task_class(name)
    if recorded:
        with np.load(task.recording_path()) as recording:
            return oracle_of(name).play(recording["draws"], recording["actions"])
    rng = np.random.default_rng(0)
    shape = RANDOM_STEPS // HOLD, task.spec.action.size
    actions = np.repeat(rng.uniform(-1, 1, shape).astype(np.float32), HOLD, axis=0)
    return oracle_of(name).play(rng.random(task.draws), actions)


@pytest.fixture(scope="session")
def oracle():
    """name -> the official environment."""
    return oracle_of


@pytest.fixture(scope="session")
def played():
    """(name, recorded) -> an official episode."""
    return played_of
