"""The two examples that come with the package are the official environments, done well."""

import gymnasium as gym
import numpy as np
import pytest

from rewardsmith.envs import FieldView, Worlds, demonstrate, task_class
from rewardsmith.envs.play import random_actions
from rewardsmith.reward_gen import open_reward

EXAMPLES = ["mountain-car", "pendulum"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_always_succeeds(name):
    assert demonstrate(task_class(name), 30, np.random.default_rng(0)).mean() >= 0.95


def test_random_play_seldom_brings_the_pendulum_to_rest():
    worlds = Worlds(task_class("pendulum"), 60)
    worlds.seed([np.random.default_rng(i) for i in range(60)])
    worlds.reset()
    rng = np.random.default_rng(0)
    for _ in range(200):
        step = worlds.step(random_actions(worlds.spec.action, None, 60, rng))
    assert step.succeeded.mean() < 0.2


def test_the_pendulums_human_reward_is_the_official_one():
    task = task_class("pendulum")(1)
    reward = open_reward("human", type(task))
    official = gym.make("Pendulum-v1").unwrapped
    task.reset(np.arange(1), np.array([[0.4]]))
    official.reset(seed=int(0.4 * 2**31))
    rng = np.random.default_rng(0)
    for _ in range(50):
        action = rng.uniform(-1, 1, (1, 1))
        before = FieldView(task.fields())
        task.step(action)
        paid, _ = reward(before, action, FieldView(task.fields()))
        assert paid[0] == pytest.approx(official.step(2.0 * action[0])[1], abs=1e-5)


def test_the_mountain_cars_human_reward_pays_no_circle():
    """Energy that is gained and lost again pays nothing on the whole."""
    task = task_class("mountain-car")(1)
    reward = open_reward("human", type(task))
    task.reset(np.arange(1), np.array([[0.4]]))
    first = task.fields()
    total = 0.0
    for step in range(200):
        before = FieldView(task.fields())
        action = np.array([[np.sin(step / 9)]])
        task.step(action)
        total += reward(before, action, FieldView(task.fields()))[0][0]
    back, _ = reward(FieldView(task.fields()), action, FieldView(first))
    assert total + back[0] == pytest.approx(0.0, abs=1e-9)
