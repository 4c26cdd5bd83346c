import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs import demonstrate, task_class, task_names
from rewardsmith.envs.robots.maze.ant_gait import yaw_of
from rewardsmith.envs.robots.maze.base import MazeTask

TASKS = task_names(lambda task: issubclass(task, MazeTask))
POINTS = [name for name in TASKS if name.startswith("point")]
unit_cubes = arrays(np.float64, (5, 6), elements=st.floats(0, 1, exclude_max=True))


def test_there_are_six_mazes():
    assert len(TASKS) == 6


@given(st.sampled_from(TASKS), unit_cubes)
def test_start_and_goal_lie_in_different_cells_far_enough_apart(name, draws):
    layout = task_class(name).layout
    start, goal = task_class(name).places(draws)
    assert np.all(layout.cell_of(start) != layout.cell_of(goal))
    for pos in (start, goal):
        off_centre = np.abs(pos - layout.centres[layout.cell_of(pos)])
        assert np.all(off_centre <= 0.25 * layout.cell + 1e-9)
    assert np.all(np.linalg.norm(start - goal, axis=-1) > 0.45)


@pytest.mark.parametrize("name", TASKS)
def test_all_pairs_of_cells_occur(name):
    layout = task_class(name).layout
    start, goal = task_class(name).places(np.random.default_rng(0).random((60_000, 6)))
    pairs = np.zeros((len(layout.centres), len(layout.centres)), int)
    np.add.at(pairs, (layout.cell_of(start), layout.cell_of(goal)), 1)
    apart = ~np.eye(len(pairs), dtype=bool)
    assert np.all(pairs[apart] > 0)
    assert np.all(pairs[~apart] == 0)


@pytest.mark.parametrize("name", POINTS)
def test_walls_stop_the_ball(name):
    task, rng = task_class(name)(32), np.random.default_rng(1)
    task.reset(np.arange(32), rng.random((32, 6)))
    for _ in range(20):
        action = rng.uniform(-1, 1, (32, 2))
        for _ in range(20):
            task.step(action)
            off_centre = task.position - task.layout.centres[task.layout.cell_of(task.position)]
            assert np.abs(off_centre).max() <= 0.5


@pytest.mark.parametrize("name", POINTS)
def test_the_script_reaches_every_goal_and_the_metric_shows_it(name):
    task = task_class(name)(100)
    task.reset(np.arange(100), np.random.default_rng(2).random((100, 6)))
    assert task.metric() == pytest.approx(np.zeros(100), abs=1e-12)
    for _ in range(task.spec.horizon):
        task.step(task.scripted_actions())
    assert task.success().all()
    assert np.all(task.metric() > 0.3)
    assert not task.terminated().any()


def test_ants_trot_to_their_goals():
    assert demonstrate(task_class("ant-maze-u"), 10, np.random.default_rng(3)).mean() >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ant-maze-u", "ant-maze-medium", "ant-maze-large"])
def test_ants_trot_to_nine_goals_in_ten(name):
    assert demonstrate(task_class(name), 100, np.random.default_rng(4)).mean() >= 0.9


@given(st.floats(-3.1, 3.1), st.floats(-1.5, 1.5))
def test_yaw_is_what_the_torso_is_turned_about_the_vertical_before_it_tips(yaw, pitch):
    turn = np.array([np.cos(yaw / 2), 0, 0, np.sin(yaw / 2)])
    w, z = turn[0], turn[3]
    c, s = np.cos(pitch / 2), np.sin(pitch / 2)
    turned_then_pitched = np.array([[w * c, -z * s, w * s, z * c]])
    assert yaw_of(turned_then_pitched)[0] == pytest.approx(yaw, abs=1e-7)
