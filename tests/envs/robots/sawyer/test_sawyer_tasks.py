import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs import task_class, task_names
from rewardsmith.envs.robots.sawyer import base
from rewardsmith.envs.robots.sawyer.reach import CANDIDATES, FALLBACK, MIN_GOAL_DISTANCE

TASKS = task_names(lambda task: issubclass(task, base.SawyerTask))
REACH = task_class("reach")
unit_cubes = arrays(np.float64, (5, REACH.draws), elements=st.floats(0, 1, exclude_max=True))

each_task = pytest.mark.parametrize("name", TASKS)


def started(name, worlds, seed=0):
    task = task_class(name)(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task


def test_finding_a_task_does_not_import_metaworld():
    use = "import sys; from rewardsmith.envs import task_class; task_class('reach')(2)"
    code = f"{use}; print('metaworld' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@each_task
def test_starts_are_spread_over_the_official_box(name):
    cls = task_class(name)
    start = cls.start(np.random.default_rng(0).random((4000, cls.draws)))
    assert np.all((cls.start_low <= start) & (start <= cls.start_high))
    moving = cls.start_low < cls.start_high
    reached = (start.min(axis=0) - cls.start_low)[moving], (cls.start_high - start.max(axis=0))[moving]
    assert np.all(np.concatenate(reached) < 0.01 * np.tile((cls.start_high - cls.start_low)[moving], 2))


@given(unit_cubes)
def test_reach_starts_with_goal_and_object_apart(draws):
    start = REACH.start(draws)
    assert np.all(np.linalg.norm(start[:, :2] - start[:, 3:5], axis=-1) >= MIN_GOAL_DISTANCE)


def test_reach_takes_the_first_admissible_candidate():
    too_near = np.array([0.5, 1.0, 0.5, 0.5, 0.0, 0.5])
    admissible = np.array([0.5, 0.0, 0.5, 0.5, 1.0, 0.5])
    other = np.array([0.1, 0.0, 0.5, 0.5, 1.0, 0.5])
    draws = np.stack([too_near, admissible, *[other] * (CANDIDATES - 2)]).reshape(1, -1)
    assert REACH.start(draws)[0] == pytest.approx([0.0, 0.6, 0.02, 0.0, 0.9, 0.175])
    none = np.tile(too_near, CANDIDATES)[None]
    assert REACH.start(none)[0] == pytest.approx(FALLBACK)


@each_task
def test_fields_match_their_declaration_and_stay_as_they_were_read(name):
    task = started(name, 3)
    fields = task.fields()
    assert list(fields) == [field.name for field in task.spec.fields]
    copies = {key: value.copy() for key, value in fields.items()}
    for field in task.spec.fields:
        assert fields[field.name].shape == (3, *field.shape)
        assert fields[field.name].dtype == np.float64
    task.step(np.ones((3, 4)))
    task.reset(np.array([1]), np.full((1, task.draws), 0.9))
    assert all(np.array_equal(fields[key], copies[key]) for key in fields)


@each_task
def test_hand_follows_the_action_within_its_bounds(name):
    task = started(name, 2)
    task.reset(np.arange(2), np.full((2, task.draws), 0.5))
    before = task.fields()["hand_pos"]
    actions = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 9.0, 0.0]])
    for _ in range(10):
        task.step(actions)
    moved = task.fields()["hand_pos"] - before
    assert moved[0] == pytest.approx(moved[1], abs=0)
    assert 0.05 < moved[0, 2] <= 0.11
    for _ in range(60):
        task.step(actions)
    assert task.fields()["hand_pos"][:, 2] == pytest.approx(base.HAND_HIGH[2], abs=0.02)


def test_gripper_opens_and_closes():
    task = started("drawer-open", 2)
    for _ in range(100):
        task.step(np.array([[0, 0, 0, 1.0], [0, 0, 0, -1.0]]))
    closed, opened = task.fields()["gripper_openness"]
    assert closed < 0.6 < 0.9 < opened <= 1.0


@each_task
def test_snapshot_brings_back_fields_metric_and_future(name):
    task = started(name, 2)
    rng = np.random.default_rng(5)
    for _ in range(5):
        task.step(rng.uniform(-1, 1, (2, 4)))
    saved, fields, metric = task.snapshot(), task.fields(), task.metric()
    actions = rng.uniform(-1, 1, (20, 2, 4))
    for action in actions:
        task.step(action)
    future = task.fields()
    task.reset(np.arange(2), rng.random((2, task.draws)))
    task.restore(saved)
    assert all(np.array_equal(task.fields()[key], fields[key]) for key in fields)
    assert np.array_equal(task.metric(), metric)
    for action in actions:
        task.step(action)
    assert all(np.array_equal(task.fields()[key], future[key]) for key in future)


@each_task
def test_resetting_one_world_leaves_the_others_bit_for_bit(name):
    task, twin = started(name, 3), started(name, 3)
    rng = np.random.default_rng(2)
    for step in range(20):
        action = rng.uniform(-1, 1, (3, 4))
        task.step(action)
        twin.step(action)
        if step == 8:
            task.reset(np.array([1]), rng.random((1, task.draws)))
    assert np.array_equal(task.batch.state[[0, 2]], twin.batch.state[[0, 2]])
    assert not np.array_equal(task.batch.state[1], twin.batch.state[1])
