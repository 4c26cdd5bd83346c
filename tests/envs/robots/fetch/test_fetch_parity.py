"""The four Fetch tasks against the official environments: states, fields, success, rewards."""

import numpy as np
import pytest

from rewardsmith.envs import task_class
from rewardsmith.envs.robots.fetch.base import STEP_SECONDS
from rewardsmith.reward_gen import open_reward

TASKS = ["fetch-pick-and-place", "fetch-push", "fetch-reach", "fetch-slide"]

# Time, joint positions and joint velocities of the robot in the state of a scene with an object.
ARM = np.r_[0:16, 23:38]

each_task = pytest.mark.parametrize("name", TASKS)
random_and_scripted = pytest.mark.parametrize("scripted", [False, True], ids=["random", "scripted"])


@each_task
def test_starts_are_the_official_ones_for_the_same_draws(name, oracle):
    draws = np.random.default_rng(1).random((20, task_class(name).draws))
    task = task_class(name)(20)
    task.reset(np.arange(20), draws)
    for world in range(20):
        observation = oracle(name).reset(draws[world])
        assert task.batch.state[world] == pytest.approx(oracle(name).physics(), abs=1e-12)
        assert task.goal_pos[world] == pytest.approx(observation["desired_goal"], abs=1e-12)
        achieved = task.fields()[task.achieved_goal][world]
        assert achieved == pytest.approx(observation["achieved_goal"], abs=1e-12)


@each_task
@random_and_scripted
def test_whole_episodes_agree_without_resynchronising(name, scripted, recording):
    official = recording(name, scripted)
    task = official.started(name)
    # The rolling puck is chaotic; see the test of that below.
    parts = ARM if name == "fetch-slide" else slice(None)
    success = []
    for action, state in zip(official.actions, official.states[1:], strict=True):
        task.step(action[None])
        success.append(task.success()[0])
        assert task.batch.state[0, parts] == pytest.approx(state[parts], abs=1e-9)
    assert name == "fetch-slide" or np.array_equal(success, official.success)
    assert official.success.any() or not scripted


def test_the_puck_is_chaotic_in_the_official_simulation_itself(oracle, recording):
    official, env = recording("fetch-slide", True), oracle("fetch-slide").env

    def states(perturbation):
        oracle("fetch-slide").reset(official.draws)
        seen = []
        for action in official.actions:
            env.data.qacc_warmstart[:] *= 1 + perturbation
            env.step(action)
            seen.append(oracle("fetch-slide").physics())
        return np.array(seen)

    plain, perturbed = states(0.0), states(1e-12)
    assert np.array_equal(plain, official.states[1:])
    assert np.abs(plain - perturbed)[:, ARM].max() < 1e-9
    assert np.abs(plain - perturbed).max() > 1e-3


@each_task
@random_and_scripted
def test_every_single_step_agrees(name, scripted, recording):
    official = recording(name, scripted)
    task = official.task(name, slice(0, -1))
    task.step(official.actions)
    assert task.batch.state == pytest.approx(official.states[1:], abs=1e-9, rel=0)


def official_observation(fields):
    """The 10 or 25 official numbers from named fields; the official velocities are in m or rad per step."""
    count = len(fields["grip_pos"])
    # Locked fingers are shut after every step, so that no field says so.
    fingers = fields.get("finger_pos", np.zeros((count, 2)))
    velocities = [STEP_SECONDS * fields[name] for name in ("grip_vel", "finger_vel")]
    if "object_pos" not in fields:
        return np.hstack([fields["grip_pos"], fingers, *velocities])
    places = [fields[name] for name in ("grip_pos", "object_pos", "object_from_grip")]
    of_object = [STEP_SECONDS * fields[name] for name in ("object_vel_from_grip", "object_spin")]
    return np.hstack([*places, fingers, fields["object_euler"], *of_object, *velocities])


@each_task
@random_and_scripted
def test_fields_rebuild_the_official_observation(name, scripted, recording):
    official = recording(name, scripted)
    ours = official_observation(official.task(name, slice(1, None)).fields())
    assert ours.shape[1] == (10 if name == "fetch-reach" else 25)
    assert ours == pytest.approx(official.observations[1:], abs=1e-6, rel=0)


@each_task
@random_and_scripted
def test_rewards_and_success_are_the_official_ones(name, scripted, recording):
    official = recording(name, scripted)
    obs, next_obs = official.views(name)
    reward, _ = open_reward("human", name)(obs, official.actions, next_obs)
    assert reward == pytest.approx(official.dense_rewards, abs=1e-6, rel=0)
    success = official.task(name, slice(1, None)).success()
    assert np.array_equal(success, official.success)
    assert np.array_equal(success - 1.0, official.sparse_rewards)
