"""The Shadow hand's tasks against their official environments: starts, states, fields, success, rewards."""

from functools import cache

import gymnasium as gym
import gymnasium_robotics
import mujoco
import numpy as np
import pytest
from gymnasium.utils import seeding
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import FieldView, demonstrate, task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

OFFICIAL = {"hand-block-rotate": "HandManipulateBlockRotateXYZ", "hand-pen-rotate": "HandManipulatePenRotate"}
FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS
each_task = pytest.mark.parametrize("name", OFFICIAL)


@cache
def official(name):
    gym.register_envs(gymnasium_robotics)
    return gym.make(f"{OFFICIAL[name]}Dense-v1").unwrapped


def physics(env):
    """The official state without the free body that shows the goal: it falls and touches nothing."""
    state = np.empty(mujoco.mj_stateSize(env.model, FULL))
    mujoco.mj_getState(env.model, env.data, state, FULL)
    positions = 1 + env.model.nq
    return np.concatenate([state[: positions - 7], state[positions:-6]])


def official_start(name, seed):
    """(draws, state, goal): our draws of the start that the official environment makes from `seed`."""
    env = official(name)
    mujoco.mj_resetData(env.model, env.data)
    env.reset(seed=seed)
    rng, _ = seeding.np_random(seed)
    turn = [0.0] * 4
    if task_class(name).turned_at_start:
        turn = [rng.uniform(-np.pi, np.pi), *rng.uniform(-1, 1, size=3)]
    shift = rng.normal(size=3)
    goal = [rng.uniform(-np.pi, np.pi), *rng.uniform(-1, 1, size=3)]
    scale = np.array([2 * np.pi, 2, 2, 2])
    radii = np.array([np.hypot(shift[0], shift[2]), abs(shift[1])])
    angles = np.array([np.arctan2(shift[2], shift[0]), np.pi * (shift[1] < 0)]) % (2 * np.pi)
    normals = [1 - np.exp(-(radii**2) / 2), angles / (2 * np.pi)]
    draws = np.concatenate([np.array(goal) / scale + 0.5, np.array(turn) / scale + 0.5, *normals])
    return draws, physics(env), env.goal[3:].copy()


@cache
def played(name, recorded):
    """An official episode: (draws, states, warmstarts, actions, observations, rewards, successes)."""
    env, rng = official(name), np.random.default_rng(0)
    draws, _, _ = official_start(name, 0)
    actions = np.repeat(rng.uniform(-1, 1, (10, 20)), 4, axis=0)
    if recorded:
        with np.load(task_class(name).recording_path()) as recording:
            draws, actions = recording["draws"], recording["actions"]
        ours = task_class(name)(1)
        ours.reset(np.arange(1), draws[None])
        env.data.qpos[:31], env.data.qvel[:30] = ours.batch.qpos[0], ours.batch.qvel[0]
        env.data.qacc_warmstart[:30] = ours.batch.warmstart[0]
        env.data.time = ours.batch.state[0, 0]
        env.goal = np.concatenate([np.zeros(3), ours.fields()["goal_quat"][0]])
    states, warmstarts, played_steps = [physics(env)], [env.data.qacc_warmstart[:30].copy()], []
    for action in actions:
        observation, reward, _, _, info = env.step(action)
        states.append(physics(env))
        warmstarts.append(env.data.qacc_warmstart[:30].copy())
        played_steps.append((observation["observation"], reward, bool(info["is_success"])))
    columns = (np.array(column) for column in zip(*played_steps, strict=True))
    return draws, np.stack(states), np.stack(warmstarts), np.stack(actions), *columns


def placed(name, draws, states, warmstarts):
    task = task_class(name)(len(states))
    worlds = np.arange(len(states))
    task.reset(worlds, np.tile(draws, (len(states), 1)))
    task.batch.set_rows(worlds, states, task.batch.control.copy(), warmstarts)
    return task


@each_task
def test_official_starts_are_ours(name):
    for seed in range(2):
        draws, expected, goal = official_start(name, seed)
        assert np.all((draws >= 0) & (draws < 1))
        task = task_class(name)(1)
        task.reset(np.arange(1), draws[None])
        assert task.fields()["goal_quat"][0] == pytest.approx(goal, abs=1e-12)
        assert task.batch.state[0] == pytest.approx(expected, abs=1e-6)


@each_task
@pytest.mark.parametrize("recorded", [False, True], ids=["random", "recorded"])
def test_steps_fields_success_and_reward_are_the_official_ones(name, recorded):
    draws, states, warmstarts, actions, observations, rewards, successes = played(name, recorded)
    task = placed(name, draws, states[:-1], warmstarts[:-1])
    before = FieldView(task.fields())
    task.step(actions)
    assert task.batch.state == pytest.approx(states[1:], abs=1e-9, rel=0)
    fields = task.fields()
    hand = [fields["joint_angles"], fields["joint_velocities"]]
    thing = [fields[f"object_{quantity}"] for quantity in ("vel", "angular_vel", "pos", "quat")]
    assert np.hstack([*hand, *thing]) == pytest.approx(observations, abs=1e-6)
    assert np.array_equal(task.success(), successes)
    assert successes.any() == recorded
    program = RewardProgram(task_class(name).human_reward_path().read_text())
    paid, _ = compile_program(program, task.spec)(before, actions, FieldView(fields))
    assert paid == pytest.approx(rewards, abs=1e-5)
    assert task.metric() == pytest.approx(rewards, abs=1e-5)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_angles_are_the_official_ones_for_any_pair_of_orientations(seed):
    # Exactly halfway round, official Euler angles jump with the last digit: hence orientations at random.
    turned, goal = np.random.default_rng(seed).standard_normal((2, 4))
    turned, goal = turned / np.linalg.norm(turned), goal / np.linalg.norm(goal)
    for name in OFFICIAL:
        achieved, wanted = np.concatenate([np.zeros(3), turned]), np.concatenate([np.zeros(3), goal])
        _, expected = official(name)._goal_distance(achieved, wanted)
        ours = task_class(name).angle_to_goal(turned[None], goal[None])[0]
        assert ours == pytest.approx(expected, abs=1e-6)


@each_task
def test_objects_come_to_lie_on_the_palm(name):
    task = task_class(name)(48)
    task.reset(np.arange(48), np.random.default_rng(0).random((48, task.draws)))
    assert task.fields()["object_pos"][:, 2].min() > 0.04
    assert not task.success().all()


@each_task
def test_the_recording_succeeds(name):
    assert demonstrate(task_class(name), 1, np.random.default_rng(0)).all()
