"""What the tasks count as success, each shown by states on both sides of the line."""

import math

import numpy as np
import pytest

from rewardsmith.envs import demonstrate, task_class, task_names
from rewardsmith.envs.robots.locomotion.base import LocomotionTask

TASKS = task_names(lambda task: issubclass(task, LocomotionTask))
RUNS = [name for name in TASKS if name.endswith("-run")]
STANDS = [name for name in TASKS if name.endswith("-stand")]
FLIPS = {"hopper-front-flip": 1.0, "hopper-back-flip": -1.0}

each_task = pytest.mark.parametrize("name", TASKS)


def started(name, worlds, seed=0):
    task = task_class(name)(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task


def at_rest(name, worlds):
    """Worlds in the robot's own pose, at rest."""
    task = task_class(name)(worlds)
    task.batch.qpos[:] = task.batch.model.qpos0
    task.batch.qvel[:] = 0.0
    task.batch.sense()
    return task


def turn_over(task, degrees):
    """Turn floating torsos about their forward axis."""
    half = np.radians(degrees) / 2.0
    task.batch.qpos[:, 3:7] = np.stack([np.cos(half), np.sin(half), 0 * half, 0 * half], axis=1)


def random_success(name, worlds=32):
    task = started(name, worlds)
    rng = np.random.default_rng(1)
    succeeded, over = np.zeros((2, worlds), bool)
    for _ in range(task.spec.horizon):
        task.step(rng.uniform(-1, 1, (worlds, task.spec.action.size)))
        succeeded |= task.success() & ~over
        over |= task.terminated()
        if over.all():
            break
    return succeeded.mean()


def test_all_are_there():
    bodies = ("ant", "hopper", "humanoid", "walker2d")
    special = {"ant-lie-down", "ant-wave-leg", "hopper-front-flip", "hopper-back-flip", "half-cheetah-run"}
    assert set(TASKS) == special | {f"{body}-{verb}" for body in bodies for verb in ("run", "stand")}


@each_task
def test_can_be_done(name):
    assert demonstrate(task_class(name), 50, np.random.default_rng(0)).mean() >= 0.9


@pytest.mark.slow
@each_task
def test_random_play_fails_over_the_whole_horizon(name):
    assert random_success(name) < 0.1


@each_task
def test_reading_fields_is_not_disturbed_by_later_steps(name):
    task = started(name, 3)
    fields = task.fields()
    copies = {key: value.copy() for key, value in fields.items()}
    task.step(np.ones((3, task.spec.action.size)))
    task.reset(np.array([1]), np.full((1, task.draws), 0.9))
    assert all(np.array_equal(fields[key], copies[key]) for key in fields)


@each_task
def test_actions_beyond_the_motors_are_cut(name):
    task, twin = started(name, 2), started(name, 2)
    for _ in range(3):
        task.step(np.full((2, task.spec.action.size), 1.0))
        twin.step(np.full((2, task.spec.action.size), 7.0))
    assert np.array_equal(task.batch.state, twin.batch.state)


@pytest.mark.parametrize(
    "name", ["hopper-run", "walker2d-run", "half-cheetah-run", "ant-run", "humanoid-run"]
)
def test_motors_and_hinges_bear_the_models_names(name):
    task = task_class(name)(1)
    model = task.batch.model
    hinges = [model.joint(model.actuator_trnid[i, 0]).name for i in range(model.nu)]
    angles = [field.name for field in task.spec.fields if field.name.endswith("_angle")]
    # Every motor turns the hinge whose angle bears its label.
    joints = [model.joint(i).name for i in range(model.njnt)][-len(angles) :]
    expected = [angles[joints.index(hinge)].removesuffix("_angle") for hinge in hinges]
    assert list(task.spec.action.labels) == expected


@pytest.mark.parametrize("name", RUNS)
def test_running_needs_the_distance_and_an_upright_torso(name):
    task = at_rest(name, 3)
    height = 0.5 if name == "ant-run" else task.batch.model.qpos0[2]
    task.batch.qpos[:, 0] = task.distance + np.array([-0.01, 0.01, 0.01])
    if name in ("ant-run", "humanoid-run"):
        task.batch.qpos[:, 2] = height
        turn_over(task, np.array([0.0, 0.0, 180.0]))
    else:
        task.batch.qpos[2, 2] = math.pi
    assert task.success().tolist() == [False, True, False]
    assert np.array_equal(task.metric(), task.batch.qpos[:, 0])


@pytest.mark.parametrize("name", ["hopper-run", "walker2d-run", "humanoid-run"])
def test_a_fall_ends_a_run(name):
    task = at_rest(name, 2)
    height = 1 if name in ("hopper-run", "walker2d-run") else 2
    task.batch.qpos[0, height] = 0.5
    assert task.terminated().tolist() == [True, False]


@pytest.mark.parametrize("name", STANDS)
def test_standing_counts_steps_in_a_row(name):
    task = at_rest(name, 2)
    for step in range(task.required_steps):
        assert not task.success().any()
        place(task, fallen=np.array([False, step == 3]))
    assert task.success().tolist() == [True, False]
    assert task.metric() == pytest.approx([1.0, (task.required_steps - 4) / task.required_steps])
    assert np.array_equal(task.fields()["held_share"], task.metric())


def place(task, fallen):
    """Count one step in which some robots lie and the others stand."""
    coordinate = 2 if task.batch.model.nq > 9 else 1
    task.batch.qpos[:, coordinate] = np.where(fallen, 0.3, task.lowest_torso + 0.01)
    task.follow()


def test_lying_means_upside_down_low_and_still():
    task = at_rest("ant-lie-down", 6)
    task.batch.qpos[:, 2] = 0.26
    turn_over(task, np.array([180.0, 140.0, 130.0, 0.0, 180.0, 180.0]))
    task.batch.qpos[4, 2] = 0.35
    task.batch.qvel[5, 4] = 1.0
    assert task.in_posture().tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize(("name", "direction"), FLIPS.items())
def test_a_flip_is_a_full_turn_and_a_landing(name, direction):
    task = at_rest(name, 6)
    task.batch.qpos[:, 1] = 1.2
    task.batch.qpos[:, 2] = direction * np.array([0.0, 2 * np.pi, 2 * np.pi, np.pi, -2 * np.pi, 4 * np.pi])
    task.batch.qpos[2, 1] = 1.6
    task.batch.sense()
    assert task.success().tolist() == [False, True, False, False, False, False]
    assert task.metric() == pytest.approx([0.0, 1.0, 1.0, 0.5, -1.0, 1.0])


def test_the_pitch_of_a_hopper_that_is_tipped_forward_grows():
    task = at_rest("hopper-front-flip", 1)
    task.batch.qvel[:, 2] = 1.0
    task.step(np.zeros((1, 3)))
    ahead = task.batch.qpos[0, 0]
    assert task.turned()[0] > 0.0
    assert ahead > 0.0


def wave(task, *heights, tilt=0.0):
    """Let the foot of an ant be at each of `heights` in turn."""
    seen = []
    for height in heights:
        task.foot_height = lambda height=height: np.array([height])
        turn_over(task, np.array([tilt]))
        task.batch.qpos[:, 2] = 0.6
        task.follow()
        seen.append((int(task.fields()["waves"][0]), bool(task.fields()["foot_is_up"][0])))
    return seen


def test_a_wave_is_a_lift_and_a_return():
    task = at_rest("ant-wave-leg", 1)
    assert wave(task, 0.1, 0.2, 0.29) == [(0, False)] * 3
    assert wave(task, 0.3, 0.2, 0.16) == [(0, True)] * 3
    assert wave(task, 0.15, 0.1, 0.2) == [(1, False)] * 3
    assert task.metric() == 1.0
    wave(task, 0.35, 0.1, 0.35)
    assert task.metric() == 2.5
    assert not task.success()
    wave(task, 0.1)
    assert task.success()


def test_a_tilt_makes_the_waves_start_anew():
    task = at_rest("ant-wave-leg", 1)
    wave(task, 0.35, 0.1, 0.35)
    assert wave(task, 0.35, tilt=29.0) == [(1, True)]
    assert wave(task, 0.35, tilt=31.0) == [(0, False)]


def test_the_waving_foot_is_the_front_left_one():
    task = at_rest("ant-wave-leg", 2)
    # The model's straight legs are level with the torso; one lower leg is bent down by 30 degrees.
    task.batch.qpos[:, 2] = 1.0
    task.batch.qpos[1, 8] = math.radians(30)
    task.batch.sense()
    below = math.hypot(0.4, 0.4) * math.sin(math.radians(30))
    assert task.foot_height() == pytest.approx([1.0, 1.0 - below], abs=1e-9)
    centre = task.batch.sensor("lower_leg_pos")[0]
    assert centre[0] > 0.0 and centre[1] > 0.0


@pytest.mark.parametrize("name", ["ant-wave-leg", "hopper-stand"])
def test_a_reset_forgets_what_the_episode_remembered(name):
    task = started(name, 3)
    for memory in task.memory:
        task.remembered(memory)[:] = 1
    task.reset(np.array([1]), np.full((1, task.draws), 0.5))
    for memory in task.memory:
        assert task.remembered(memory).tolist() == [1, 0, 1]
