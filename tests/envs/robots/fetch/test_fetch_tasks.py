import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from rewardsmith.envs import task_class
from rewardsmith.envs.robots.fetch.object_task import MIN_OBJECT_DISTANCE, euler_angles

TASKS = ["fetch-pick-and-place", "fetch-push", "fetch-reach", "fetch-slide"]
OBJECT_TASKS = [name for name in TASKS if name != "fetch-reach"]

each_task = pytest.mark.parametrize("name", TASKS)


def started(name, worlds, seed=0):
    task = task_class(name)(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task


def test_finding_a_task_does_not_import_gymnasium_robotics():
    use = "import sys; from rewardsmith.envs import task_class; task_class('fetch-push')(2)"
    code = f"{use}; print('gymnasium_robotics' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", OBJECT_TASKS)
def test_objects_start_around_the_gripper_but_not_at_it(name):
    task = started(name, 2)
    draws = np.random.default_rng(0).random((20_000, 2 * task.candidates))
    off = task.object_start(draws) - task.rest.grip_pos[:2]
    assert np.linalg.norm(off, axis=-1).min() >= MIN_OBJECT_DISTANCE
    assert np.abs(off).max() <= task.object_range
    # Uniform over what is left of the square: the four quadrants are alike, and so are their halves.
    eighths = np.floor((np.arctan2(off[:, 1], off[:, 0]) + np.pi) / (np.pi / 4)).astype(int) % 8
    assert np.bincount(eighths, minlength=8) / len(off) == pytest.approx(np.full(8, 1 / 8), abs=0.01)


def test_the_first_place_far_enough_is_taken():
    task = started("fetch-push", 1)
    at_grip, corner, other = [0.5, 0.5], [0.0, 1.0], [1.0, 1.0]
    places = np.array([at_grip, corner, *[other] * (task.candidates - 2)]).reshape(1, -1)
    off = task.object_start(places)[0] - task.rest.grip_pos[:2]
    assert off == pytest.approx([-0.15, 0.15])
    nowhere = np.full((1, 2 * task.candidates), 0.5)
    assert np.linalg.norm(task.object_start(nowhere)[0] - task.rest.grip_pos[:2]) >= MIN_OBJECT_DISTANCE


def test_half_of_the_pick_and_place_goals_are_in_the_air():
    height = started("fetch-pick-and-place", 2000).goal_pos[:, 2]
    on_table = height == height.min()
    assert on_table.mean() == pytest.approx(0.5, abs=0.05)
    above = height[~on_table] - height.min()
    assert (above.max(), above.mean()) == pytest.approx((0.45, 0.225), abs=0.02)


vectors = arrays(np.float64, (4, 4), elements=st.floats(-1, 1))


@given(vectors.filter(lambda quat: (np.linalg.norm(quat, axis=1) > 0.1).all()))
def test_euler_angles_make_up_the_rotation(quat):
    quat = quat / np.linalg.norm(quat, axis=1, keepdims=True)
    turned = Rotation.from_euler("XYZ", euler_angles(quat))
    expected = Rotation.from_quat(np.roll(quat, -1, axis=1))
    assert turned.as_matrix() == pytest.approx(expected.as_matrix(), abs=1e-6)


@each_task
def test_gripper_follows_the_action_within_its_bounds(name):
    task = started(name, 2)
    before = task.fields()["grip_pos"]
    for _ in range(5):
        task.step(np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 9.0, 0.0]]))
    after = task.fields()["grip_pos"]
    assert (after - before)[0] == pytest.approx((after - before)[1], abs=1e-12)
    assert 0.05 < (after - before)[0, 2] <= 0.25


def test_only_unlocked_fingers_move():
    free, locked = started("fetch-pick-and-place", 2), started("fetch-push", 2)
    for _ in range(10):
        free.step(np.array([[0, 0, 0, 1.0], [0, 0, 0, -1.0]]))
        locked.step(np.array([[0, 0, 0, 1.0], [0, 0, 0, -1.0]]))
    opened, shut = free.fields()["finger_pos"]
    assert (opened > 0.045).all() and (shut < 0.005).all()
    stay, too = locked.fields()["grip_pos"]
    assert stay == pytest.approx(too, abs=1e-9)
    assert (locked.batch.qpos[:, locked._finger_qpos] == 0).all()


@each_task
def test_fields_are_read_for_good_and_come_back_with_the_snapshot(name):
    task = started(name, 3)
    rng = np.random.default_rng(5)
    for _ in range(5):
        task.step(rng.uniform(-1, 1, (3, 4)))
    saved, fields, metric = task.snapshot(), task.fields(), task.metric()
    kept = {key: values.copy() for key, values in fields.items()}
    actions = rng.uniform(-1, 1, (10, 3, 4))
    for action in actions:
        task.step(action)
    future = task.fields()
    task.reset(np.array([1]), rng.random((1, task.draws)))
    assert all(np.array_equal(fields[key], kept[key]) for key in fields)
    task.restore(saved)
    assert all(np.array_equal(task.fields()[key], kept[key]) for key in kept)
    assert np.array_equal(task.metric(), metric)
    for action in actions:
        task.step(action)
    assert all(np.array_equal(task.fields()[key], future[key]) for key in future)


@each_task
def test_resetting_one_world_leaves_the_others_bit_for_bit(name):
    task, twin = started(name, 3), started(name, 3)
    rng = np.random.default_rng(2)
    for step in range(12):
        action = rng.uniform(-1, 1, (3, 4))
        task.step(action)
        twin.step(action)
        if step == 5:
            task.reset(np.array([1]), rng.random((1, task.draws)))
    assert np.array_equal(task.batch.state[[0, 2]], twin.batch.state[[0, 2]])
    assert not np.array_equal(task.batch.state[1], twin.batch.state[1])
