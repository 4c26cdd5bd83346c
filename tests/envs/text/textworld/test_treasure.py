"""Treasure Hunter by hand: the wanted object wins, the other one loses."""

import numpy as np
import pytest

from rewardsmith.envs import Worlds, task_class
from rewardsmith.reward_gen import open_reward

FIRST_OBJECT, KEY = 5, 7


@pytest.fixture
def worlds():
    kind = task_class("textworld-treasure")
    found = Worlds(kind, 80, reward=open_reward("human", kind))
    found.seed(np.random.default_rng(0).spawn(80))
    found.reset()
    return found


def test_the_wanted_object_wins_and_pays(worlds):
    paid, over = np.zeros(80), np.zeros(80, bool)
    while not over.all():
        step = worlds.step(worlds.task.scripted_actions())
        paid += np.where(over, 0.0, step.terms["treasure"])
        assert not step.terms["wrong"].any()
        over |= step.terminated
    assert worlds.task.success().all()
    np.testing.assert_array_equal(paid, 3.0)


def test_the_other_object_loses_and_costs(worlds):
    rng, lost, task = np.random.default_rng(1), 0, worlds.task
    for _ in range(task.spec.horizon):
        masks, other = task.action_masks(), FIRST_OBJECT + 1 - task.fields()["wanted"]
        tempting = masks[np.arange(80), other]
        blind = np.where(masks[:, 1:], rng.random((80, masks.shape[1] - 1)), -1.0).argmax(axis=1) + 1
        actions = np.where(tempting, other, np.where(masks[:, 1:].any(axis=1), blind, 0))
        step = worlds.step(actions)
        assert task.failed[tempting].all() and (step.terms["wrong"][tempting] == -1.0).all()
        lost += tempting.sum()
    assert lost > 5 and not (task.failed & task.success()).any()


def test_wanted_says_which_object_the_quest_is_about(worlds):
    for game in worlds.task.pool.games:
        first_win = game["quests"][0]["win"][0][1]
        assert game["marks"]["held"][game["wanted"]] in first_win
    assert 0.1 < np.mean([game["wanted"] for game in worlds.task.pool.games]) < 0.9
