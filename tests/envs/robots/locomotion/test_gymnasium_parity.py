"""The running tasks against Gymnasium's v5 environments: starts, states, fields, rewards, terminations."""

import gymnasium as gym
import numpy as np
import pytest

from rewardsmith.envs import FieldView, task_class
from rewardsmith.reward_gen import open_reward

TASKS = ["ant-run", "half-cheetah-run", "hopper-run", "humanoid-run", "walker2d-run"]
# Steps over which chaos does not yet amplify the rounding of warm starts beyond 1e-9.
PREDICTABLE = {
    "ant-run": 40,
    "half-cheetah-run": 25,
    "hopper-run": 200,
    "humanoid-run": 10,
    "walker2d-run": 200,
}
CLIPPED_SPEEDS = ("hopper-run", "walker2d-run")

each_task = pytest.mark.parametrize("name", TASKS)


@each_task
def test_time_step_and_horizon_are_the_official_ones(name, official_env):
    env = official_env(name)
    assert task_class(name).spec.step_seconds == pytest.approx(env.dt)
    assert task_class(name).spec.horizon == gym.spec(env.spec.id).max_episode_steps


@each_task
def test_starts_are_spread_like_the_official_ones(name, official_env):
    worlds, env = 3000, official_env(name)
    task = task_class(name)(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(0).random((worlds, task.draws)))
    env.reset(seed=0)
    starts = []
    for _ in range(1000):
        env.reset_model()
        starts.append(np.concatenate([env.data.qpos, env.data.qvel]))
    ours = np.concatenate([task.batch.qpos, task.batch.qvel], axis=1)
    spread = np.std(starts, axis=0)
    assert ours.mean(axis=0) == pytest.approx(np.mean(starts, axis=0), abs=0.2 * spread.max())
    assert ours.std(axis=0) == pytest.approx(spread, rel=0.12)
    # The most extreme of uniform numbers is at sqrt(3) standard deviations, that of normal ones far beyond.
    farthest = np.abs(ours[:, -1] - ours[:, -1].mean()).max() / ours[:, -1].std()
    assert (farthest > 3.0) == task.normal_velocities


@each_task
def test_random_steps_agree_without_resynchronising(name, recordings):
    for recording in recordings(name):
        task = recording.started(name)
        for action, official in zip(
            recording.actions[: PREDICTABLE[name]], recording.states[1:], strict=False
        ):
            task.step(action[None])
            assert task.batch.state[0] == pytest.approx(official, abs=1e-9, rel=1e-9)


@each_task
def test_every_single_step_agrees(name, recordings):
    for recording in recordings(name):
        task = recording.task(name, slice(0, -1))
        task.step(recording.actions)
        assert task.batch.state == pytest.approx(recording.states[1:], abs=1e-9, rel=0)


@each_task
def test_fields_rebuild_the_official_observation(name, recordings):
    for recording in recordings(name):
        task = recording.task(name, slice(1, None))
        fields = task.fields()
        observed = [fields[field.name] for field in task.spec.fields if field.observed]
        ours = np.hstack([values.reshape(len(values), -1) for values in observed])
        if name == "half-cheetah-run":
            ours[:, 0] -= task.height_at_zero
        if name in CLIPPED_SPEEDS:
            speeds = slice(task.batch.model.nq - 1, None)
            ours[:, speeds] = np.clip(ours[:, speeds], -10.0, 10.0)
        assert ours == pytest.approx(recording.observations[:, : ours.shape[1]], abs=1e-6)


@each_task
def test_human_reward_is_the_official_one(name, recordings):
    compute_reward = open_reward("human", name)
    for recording in recordings(name):
        obs = FieldView(recording.task(name, slice(0, -1)).fields())
        next_obs = FieldView(recording.task(name, slice(1, None)).fields())
        reward, terms = compute_reward(obs, recording.actions, next_obs)
        assert reward == pytest.approx(recording.rewards, abs=1e-6)
        assert sum(terms.values()) == pytest.approx(reward)


@each_task
def test_gymnasiums_late_body_positions_change_little(name, recordings):
    late = name in ("ant-run", "humanoid-run")
    for recording in recordings(name):
        difference = np.abs(recording.rewards - recording.stale_rewards)
        assert difference.max() <= (0.1 if late else 0.0)
        assert abs(np.sum(recording.rewards - recording.stale_rewards)) <= (0.01 if late else 0.0)


@each_task
def test_terminates_where_the_official_one_does(name, recordings):
    ended = []
    for recording in recordings(name):
        ours = recording.task(name, slice(1, None)).terminated()
        assert np.array_equal(ours, recording.terminated)
        ended.append(ours)
    if name not in ("ant-run", "half-cheetah-run"):
        assert 0.0 < np.mean(ended) < 1.0


def test_an_ant_ends_its_episode_only_outside_its_range(official_env):
    heights = np.array([0.19, 0.2, 0.5, 1.0, 1.01])
    task, env = task_class("ant-run")(len(heights)), official_env("ant-run")
    task.batch.qpos[:, 2] = heights
    official = []
    for height in heights:
        env.data.qpos[2] = height
        official.append(not env.is_healthy)
    assert np.array_equal(task.terminated(), official)
    assert np.array_equal(official, [True, False, False, False, True])
