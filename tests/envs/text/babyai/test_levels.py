"""BabyAI rooms as the official environment has them, and what happens without it."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from rewardsmith.envs import UserError, Worlds, adapted_task_names, task_class
from rewardsmith.envs.text.babyai import levels, room
from rewardsmith.reward_gen import open_reward

NAMES = sorted(levels.ABOUT)
FORWARD, PICK_UP = 2, 3


def started(name, worlds=4):
    pytest.importorskip("minigrid")
    kind = task_class(name)
    found = Worlds(kind, worlds, reward=open_reward("human", kind))
    found.seed(np.random.default_rng(0).spawn(worlds))
    found.reset()
    return found


def test_levels_are_known_without_minigrid_and_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "minigrid", None)
    assert set(NAMES) <= set(adapted_task_names())
    with pytest.raises(UserError, match=r"pip install 'rewardsmith\[minigrid\]'"):
        levels.build("babyai-goto")


def test_offsets_are_those_of_who_faces_there():
    east, south = np.array([1, 0]), np.array([0, 1])
    assert [room._turn(east, direction) for direction in range(4)] == [(1, 0), (0, -1), (-1, 0), (0, 1)]
    assert [room._turn(south, direction) for direction in range(4)] == [(0, 1), (1, 0), (0, -1), (-1, 0)]


def test_a_sentence_may_leave_things_open():
    desc = SimpleNamespace(color=None, type="ball", loc="behind")
    env = SimpleNamespace(instrs=SimpleNamespace(desc=desc))
    assert (room.wanted_color(env), room.wanted_type(env), room.wanted_side(env)) == (0, 2, 4)


@pytest.mark.parametrize("name", NAMES)
def test_fields_say_what_the_sentence_says(name):
    worlds = started(name, 12)
    fields = worlds.task.fields()
    for world, official in enumerate(worlds.task.worlds):
        mission = official.env.unwrapped.mission
        colors, types = ("any", *room.COLORS), ("any", *room.TYPES)
        color, thing = colors[fields["wanted_color"][world]], types[fields["wanted_type"][world]]
        assert (color == "any") == (not any(word in mission for word in room.COLORS))
        assert color == "any" or color in mission
        assert thing == "any" or thing in mission
        if name == "babyai-pickup":
            side = room.SIDES[fields["wanted_side"][world]]
            assert side == "any" or side in mission


@pytest.mark.parametrize("name", NAMES)
def test_the_object_in_front_is_one_cell_ahead(name):
    worlds = started(name, 8)
    rng = np.random.default_rng(1)
    for _ in range(20):
        fields = worlds.task.fields()
        near = (fields["object_type"] > 0) & (fields["object_ahead"] == 1) & (fields["object_right"] == 0)
        expected = np.where(near, fields["object_type"] + 1, 0).max(axis=1)
        np.testing.assert_array_equal(np.where(fields["front"] > 1, fields["front"], 0), expected)
        worlds.task.step(rng.integers(0, 3, 8))


def test_walking_up_to_the_object_named_succeeds_and_pays():
    worlds = started("babyai-goto", 8)
    rng, succeeded = np.random.default_rng(2), np.zeros(8, bool)
    over = np.zeros(8, bool)
    for _ in range(64):
        before = worlds.task.fields()["target_distance"]
        step = worlds.step(rng.integers(0, 3, 8))
        now = worlds.task.fields()["target_distance"]
        np.testing.assert_allclose(step.terms["approach"], 0.1 * (before - now))
        np.testing.assert_array_equal((now == 0)[~over], step.succeeded[~over])
        succeeded |= step.succeeded
        over |= step.terminated
    assert succeeded.any()


def test_picking_up_the_wrong_object_fills_the_hands():
    worlds = started("babyai-pickup", 16)
    rng = np.random.default_rng(3)
    for _ in range(60):
        before = worlds.task.fields()
        step = worlds.step(np.where(before["front"] > 1, PICK_UP, rng.integers(0, 3, 16)))
        after = worlds.task.fields()
        grabbed = (before["carried"] == 0) & (after["carried"] > 0)
        np.testing.assert_allclose(step.terms["burden"][grabbed], -0.2)
        np.testing.assert_array_equal(step.terms["taken"] > 0, step.succeeded & grabbed)
    assert (after["carried"] > 0).any()
