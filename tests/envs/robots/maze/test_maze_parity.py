"""Every maze against its official environment: starts, states, observations, success, dense rewards."""

import mujoco
import numpy as np
import pytest

from rewardsmith.envs import FieldView, task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

POINTS = ["point-maze-u", "point-maze-medium", "point-maze-large"]
ANTS = ["ant-maze-u", "ant-maze-medium", "ant-maze-large"]
each_maze = pytest.mark.parametrize("name", POINTS + ANTS)
each_point = pytest.mark.parametrize("name", POINTS)
each_ant = pytest.mark.parametrize("name", ANTS)


def draws_of(layout, start, goal):
    """The draws (6,) from which our task gives this start and this goal."""
    (start_cell,), (goal_cell,) = layout.cell_of(start[None]), layout.cell_of(goal[None])
    count, spread = len(layout.centres), 0.5 * layout.cell
    return np.array(
        [
            (goal_cell + 0.5) / count,
            *((goal - layout.centres[goal_cell]) / spread + 0.5),
            (start_cell - (start_cell > goal_cell) + 0.5) / (count - 1),
            *((start - layout.centres[start_cell]) / spread + 0.5),
        ]
    )


def started_as(name, env, seed):
    """Our task with one world where the official environment starts."""
    observation, _ = env.reset(seed=seed)
    task = task_class(name)(1)
    draws = draws_of(task.layout, observation["achieved_goal"], observation["desired_goal"])
    assert np.all((draws >= 0) & (draws < 1))
    task.reset(np.arange(1), draws[None])
    return task


def human_reward(name):
    text = task_class(name).human_reward_path().read_text()
    return compile_program(RewardProgram(text), task_class(name).spec)


@each_maze
def test_official_starts_are_among_ours(name, official, physics):
    env = official(name)
    for seed in range(5):
        task = started_as(name, env, seed)
        assert task.batch.state[0] == pytest.approx(physics(env), abs=1e-12)
        assert task.fields()["goal_pos"][0] == pytest.approx(env.goal, abs=1e-12)


@each_maze
def test_dynamics_are_compiled_as_the_official_ones(name, official):
    ours, theirs = task_class(name)(1).batch.model, official(name).model
    for quantity in ("body_mass", "body_inertia", "dof_damping", "actuator_gear", "qpos0", "jnt_range"):
        assert np.array_equal(getattr(ours, quantity), getattr(theirs, quantity)), quantity
    touchable = (theirs.geom_contype > 0) | (theirs.geom_conaffinity > 0)
    for quantity in ("geom_pos", "geom_size", "geom_friction", "geom_margin", "geom_condim", "geom_solref"):
        assert np.array_equal(getattr(ours, quantity), getattr(theirs, quantity)[touchable]), quantity


@each_point
@pytest.mark.parametrize("scripted", [False, True], ids=["random", "scripted"])
def test_a_ball_rolls_as_the_official_one_without_resynchronising(name, scripted, official, physics):
    env, rng, reward = official(name), np.random.default_rng(0), human_reward(name)
    successes = 0
    for seed in range(3):
        task, actions = started_as(name, env, seed), rng.uniform(-1, 1, (20, 1, 2))
        before = FieldView(task.fields())
        for step in range(400):
            action = task.scripted_actions() if scripted else actions[step // 20]
            observation, sparse, _, _, info = env.step(action[0])
            task.step(action)
            fields = task.fields()
            assert task.batch.state[0] == pytest.approx(physics(env), abs=1e-9)
            seen = np.concatenate([fields["ball_pos"][0], fields["ball_vel"][0]])
            assert seen == pytest.approx(observation["observation"], abs=1e-9)
            assert task.success()[0] == info["success"] == (sparse == 1.0)
            successes += info["success"]
        paid, _ = reward(before, action, FieldView(fields))
        distance = np.linalg.norm(observation["achieved_goal"] - observation["desired_goal"])
        assert paid[0] == pytest.approx(np.exp(-distance), abs=1e-9)
    assert successes > 0 or not scripted


@each_ant
def test_every_single_step_of_an_ant_agrees(name, official, official_dense, physics):
    env, rng = official(name), np.random.default_rng(1)
    task = started_as(name, env, 0)
    states, warmstarts, observations = [physics(env)], [env.data.qacc_warmstart.copy()], []
    actions = np.repeat(rng.uniform(-1, 1, (10, 8)), 8, axis=0)
    for action in actions:
        observations.append(env.step(action)[0])
        states.append(physics(env))
        warmstarts.append(env.data.qacc_warmstart.copy())
    many = task_class(name)(len(actions))
    many.restore({key: np.repeat(rows, len(actions), axis=0) for key, rows in task.snapshot().items()})
    many.batch.set_rows(
        np.arange(len(actions)), np.stack(states[:-1]), many.batch.control.copy(), np.stack(warmstarts[:-1])
    )
    before = FieldView(many.fields())
    many.step(actions)
    assert many.batch.state == pytest.approx(np.stack(states[1:]), abs=1e-9, rel=0)
    fields = many.fields()
    seen = np.hstack(
        [
            fields["torso_pos"][:, 2:],
            *(fields[key] for key in ("torso_quat", "joint_angles", "torso_vel")),
            *(fields[key] for key in ("torso_angular_vel", "joint_velocities")),
        ]
    )
    # Behind these 27 numbers the official observation holds contact forces.
    assert seen == pytest.approx(np.stack([o["observation"][:27] for o in observations]), abs=1e-6)
    paid, _ = human_reward(name)(before, actions, FieldView(fields))
    achieved = np.stack([o["achieved_goal"] for o in observations])
    official_reward = official_dense(name).compute_reward(achieved, fields["goal_pos"], {})
    assert paid == pytest.approx(official_reward, abs=1e-6)


@each_maze
def test_success_is_the_official_sparse_reward(name, official):
    env, task = official(name), task_class(name)(400)
    rng = np.random.default_rng(2)
    task.reset(np.arange(400), rng.random((400, 6)))
    goal = task.fields()["goal_pos"]
    direction = rng.uniform(0, 2 * np.pi, 400)
    offset = rng.uniform(0.4, 0.5, 400)[:, None] * np.stack([np.cos(direction), np.sin(direction)], axis=1)
    task.batch.qpos[:, :2] = goal + offset
    expected = env.compute_reward(task.batch.qpos[:, :2], goal, {})
    assert 0.2 < expected.mean() < 0.8
    assert np.array_equal(task.success(), expected == 1.0)


@each_point
def test_the_dense_reward_is_the_official_one(name, official_dense):
    task, rng = task_class(name)(64), np.random.default_rng(3)
    task.reset(np.arange(64), rng.random((64, 6)))
    view = FieldView(task.fields())
    paid, terms = human_reward(name)(view, np.zeros((64, 2)), view)
    official_reward = official_dense(name).compute_reward(view.ball_pos, view.goal_pos, {})
    assert paid == pytest.approx(official_reward, abs=1e-9)
    assert list(terms) == ["closeness"]


@each_ant
def test_an_ants_gait_is_chaotic_in_the_official_simulation_itself(name, official):
    """Why ants are compared step by step: a difference in the last digit grows until nothing agrees."""
    env = official(name)
    actions = np.random.default_rng(4).uniform(-1, 1, (100, 8))
    ends = []
    for nudge in (0.0, 1e-14):
        env.reset(seed=0)
        env.data.qvel[0] += nudge
        for action in actions:
            env.step(action)
        mujoco.mj_forward(env.model, env.data)
        ends.append(env.data.qpos.copy())
    assert np.abs(ends[0] - ends[1]).max() > 1e-9
