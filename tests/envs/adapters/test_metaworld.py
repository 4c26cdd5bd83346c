"""Meta-World through the adapter, against our own batched tasks and the official scripted policies."""

import warnings

import numpy as np
import pytest
from metaworld.env_dict import ALL_V3_ENVIRONMENTS
from metaworld.policies import ENV_POLICY_MAP

from rewardsmith.envs import adapted_task_names, task_class
from rewardsmith.envs.adapters.metaworld import PREFIX, make
from rewardsmith.envs.adapters.metaworld_tasks import ABOUT


def test_every_official_task_is_there():
    names = {name.removeprefix(PREFIX) for name in adapted_task_names() if name.startswith(PREFIX)}
    assert names == {name.removesuffix("-v3") for name in ALL_V3_ENVIRONMENTS}
    assert len(names) == 50


def start(name: str, draw: float):
    task = task_class(f"{PREFIX}{name}")(1)
    task.reset(np.arange(1), np.array([[draw]]))
    return task


def official(task):
    return task.worlds[0].env.unwrapped


def draws_of(task, own: type) -> np.ndarray:
    """Draws that make our own task start as the official one did."""
    extent = np.where(own.start_high > own.start_low, own.start_high - own.start_low, 1.0)
    draws = (official(task)._last_rand_vec - own.start_low) / extent
    return np.tile(draws, own.draws // len(draws))[None]


@pytest.mark.parametrize("name", ["reach", "drawer-open"])
def test_the_official_code_and_our_batch_tell_the_same_story(name):
    task, own = start(name, 0.3), task_class(name)(1)
    own.reset(np.arange(1), draws_of(task, type(own)))
    rng = np.random.default_rng(0)
    for _ in range(60):
        action = rng.uniform(-1, 1, (1, 4)).astype(np.float32)
        task.step(action)
        own.step(action)
        theirs, ours = task.fields(), own.fields()
        for field in ("hand_pos", "gripper_openness", "goal_pos"):
            assert np.allclose(theirs[field], ours[field], rtol=0, atol=1e-12), field
        assert task.success() == own.success()


def test_starts_follow_the_seed_and_fill_the_official_box():
    starts = []
    for draw in (0.1, 0.2, 0.1):
        task = start("pick-place", draw)
        space = official(task)._random_reset_space
        assert (official(task)._last_rand_vec >= space.low).all()
        assert (official(task)._last_rand_vec <= space.high).all()
        starts.append(np.concatenate([task.fields()["object_1_pos"][0], task.fields()["goal_pos"][0]]))
    assert np.array_equal(starts[0], starts[2])
    assert not np.isclose(starts[0], starts[1])[[0, 1, 3, 4, 5]].any()


def test_the_goal_that_is_seen_is_the_goal_that_counts():
    for name in ("pick-place", "door-open", "coffee-push"):
        task = start(name, 0.7)
        task.step(np.zeros((1, 4)))
        assert np.array_equal(task.fields()["goal_pos"][0], official(task)._target_pos)


def test_it_can_be_stepped_beyond_the_official_horizon():
    world = make("reach")
    world.reset(seed=0)
    for _ in range(503):
        _, _, terminated, truncated, _ = world.step(np.zeros(4, np.float32))
        assert not terminated and not truncated


@pytest.mark.parametrize("name", ["window-open", "hammer"])
def test_the_official_policy_succeeds(name):
    assert episode_of_the_official_policy(name)


def episode_of_the_official_policy(name: str) -> bool:
    task, policy = start(name, 0.6), ENV_POLICY_MAP[f"{name}-v3"]()
    for _ in range(task.spec.horizon):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            action = policy.get_action(task.worlds[0].shown.observation)
        task.step(np.asarray(action, np.float32)[None])
        if task.success()[0]:
            return True
    return False


@pytest.mark.slow
def test_the_official_policies_succeed_in_nearly_all_tasks():
    failed = [name for name in ABOUT if not episode_of_the_official_policy(name)]
    assert len(failed) <= 2, failed


@pytest.mark.slow
@pytest.mark.parametrize("name", ABOUT)
def test_the_table_knows_which_parts_of_the_observation_move(name):
    task, policy = start(name, 0.0), ENV_POLICY_MAP[f"{name}-v3"]()
    seen = []
    for episode in range(3):
        task.reset(np.arange(1), np.array([[0.1 + 0.3 * episode]]))
        for _ in range(250):
            seen.append(task.worlds[0].shown.observation)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                task.step(np.asarray(policy.get_action(seen[-1]), np.float32)[None])
    moved = np.ptp(np.array(seen), axis=0) > 0
    about = ABOUT[name]
    assert moved[0:3].all() and moved[4:7].any()
    assert moved[7:11].any() == about.turns
    assert moved[11:14].any() == bool(about.second)
    assert not moved[14:18].any()
    assert moved[36:39].any() == about.goal_moves
