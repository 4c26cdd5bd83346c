"""Every robot task can be done, and those called hard are not done by chance."""

import numpy as np
import pytest

from rewardsmith.envs import demonstrate, task_class, task_names
from rewardsmith.envs.play import random_actions

EPISODES = 20
RANDOM_EPISODES = 100
# Random play holds each action for some twenty steps: redrawn in every step, a hand trembles on the spot.
REDRAW = 0.05

ROBOT_TASKS = task_names(lambda task: "robot" in task.spec.tags)
HARD_TASKS = [name for name in ROBOT_TASKS if "hard" in task_class(name).spec.tags]


@pytest.mark.parametrize("name", ROBOT_TASKS)
def test_the_demonstration_succeeds(name):
    assert demonstrate(task_class(name), EPISODES, np.random.default_rng(0)).mean() >= 0.9


@pytest.mark.parametrize("name", ROBOT_TASKS)
def test_a_robot_task_is_either_easy_or_hard(name):
    assert len({"easy", "hard"} & set(task_class(name).spec.tags)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD_TASKS)
def test_random_play_hardly_ever_does_a_hard_task(name):
    rng, everyone = np.random.default_rng(1), np.arange(RANDOM_EPISODES)
    task = task_class(name)(RANDOM_EPISODES)
    task.reset(everyone, rng.random((RANDOM_EPISODES, task.draws)))
    succeeded, over = np.zeros((2, RANDOM_EPISODES), bool)
    held = random_actions(task.spec.action, None, RANDOM_EPISODES, rng)
    for _ in range(task.spec.horizon):
        redrawn = rng.random(RANDOM_EPISODES) < REDRAW
        held[redrawn] = random_actions(task.spec.action, None, RANDOM_EPISODES, rng)[redrawn]
        task.step(held)
        succeeded |= task.success() & ~over
        over |= task.terminated()
    assert succeeded.mean() < 0.1
