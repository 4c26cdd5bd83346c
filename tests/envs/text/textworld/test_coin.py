"""Coin Collector by hand: rooms seen, the map in the player's head, and what the human reward pays."""

import numpy as np
import pytest

from rewardsmith.envs import Worlds, task_class
from rewardsmith.envs.text.textworld.world import MOVES
from rewardsmith.reward_gen import open_reward

NAMES = ["textworld-coin-easy", "textworld-coin"]
BACK = {"north": "south", "south": "north", "east": "west", "west": "east"}
TAKE = 5


def started(name, worlds=50):
    kind = task_class(name)
    found = Worlds(kind, worlds, reward=open_reward("human", kind))
    found.seed(np.random.default_rng(0).spawn(worlds))
    found.reset()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_step_and_back_is_on_the_map(name):
    worlds = started(name)
    task, out = worlds.task, worlds.task.scripted_actions()
    step = worlds.step(out)
    fields = task.fields()
    back = np.array([MOVES.index(f"go {BACK[MOVES[move].removeprefix('go ')]}") for move in out])
    np.testing.assert_array_equal(fields["way_back"], back)
    assert (
        fields["known_exits"][np.arange(50), back - 1].all()
        and (fields["known_exits"].sum(axis=1) == 1).all()
    )
    np.testing.assert_allclose(step.terms["discovery"], 0.1)
    np.testing.assert_allclose(worlds.step(back).terms["discovery"], 0.0)
    np.testing.assert_array_equal(task.fields()["way_back"], 0)
    np.testing.assert_allclose(worlds.step(out).terms["discovery"], 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_the_coin_pays_once_and_wins(name):
    worlds = started(name)
    paid = np.zeros(50)
    for _ in range(worlds.task.pool.plan.shape[1]):
        assert not worlds.task.success().any()
        step = worlds.step(worlds.task.scripted_actions())
        paid += step.terms["coin"]
    assert step.succeeded.all() and step.terminated.all()
    np.testing.assert_array_equal(paid, 3.0)
    # In a game that is won only looking around is left, and it changes nothing.
    assert worlds.task.action_masks().sum(axis=1).tolist() == [1] * 50


def test_taking_nothing_pays_nothing():
    worlds = started("textworld-coin")
    step = worlds.step(np.full(50, TAKE))
    assert not step.terms["coin"].any() and worlds.task.illegal_actions().all()


def test_depth_first_search_on_the_fields_alone_solves_unseen_mazes():
    """What an agent must learn: enter what is new, else go back; and take the coin where it lies."""
    task = task_class("textworld-coin").held_out()(100)
    rng = np.random.default_rng(0)
    task.reset(np.arange(100), rng.random((100, 1)))
    won = np.zeros(100, bool)
    for _ in range(task.spec.horizon):
        fields = task.fields()
        new = fields["possible"][:, 1:5] & ~fields["known_exits"]
        onward = 1 + np.where(new, rng.random(new.shape), -1.0).argmax(axis=1)
        action = np.where(new.any(axis=1), onward, fields["way_back"])
        task.step(np.where(fields["possible"][:, TAKE], TAKE, action))
        won |= task.success()
    assert won.mean() > 0.95
