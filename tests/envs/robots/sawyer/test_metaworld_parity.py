"""Every Meta-World task against its official environment: states, fields, success, rewards."""

import mujoco
import numpy as np
import pytest
from sawyer_observations import official_frame

from rewardsmith.envs import FieldView, task_class, task_names
from rewardsmith.envs.robots.sawyer.base import SawyerTask
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

TASKS = task_names(lambda task: issubclass(task, SawyerTask))

each_task = pytest.mark.parametrize("name", TASKS)
random_and_scripted = pytest.mark.parametrize("scripted", [False, True], ids=["random", "scripted"])


def human_reward(name):
    text = task_class(name).human_reward_path().read_text()
    return compile_program(RewardProgram(text), task_class(name).spec)


def arm_positions(task):
    """Where the positions of the arm's seven joints and of the two fingers stand in a state."""
    first = 1 + task.batch.model.joint("right_j0").qposadr[0]
    return slice(first, first + 9)


def has_free_object(task):
    return (task.batch.model.jnt_type == mujoco.mjtJoint.mjJNT_FREE).any()


@each_task
def test_reset_gives_the_official_start(name, oracle):
    official, rng = oracle(name), np.random.default_rng(3)
    task = task_class(name)(3)
    draws = rng.random((3, task.draws))
    task.reset(np.arange(3), draws)
    for world in range(3):
        official.reset(draws[world])
        assert task.batch.state[world] == pytest.approx(official.physics(), abs=1e-12)
        assert task.goal_pos[world] == pytest.approx(official.env._target_pos, abs=1e-12)
        mujoco.mj_forward(official.env.model, official.env.data)
        assert task.fields()["tcp_pos"][world] == pytest.approx(official.env.tcp_center, abs=1e-12)
    assert task.metric() == pytest.approx(np.zeros(3), abs=1e-9)


@each_task
def test_200_random_steps_agree_without_resynchronising(name, recording):
    played = recording(name, False)
    task = played.started(name)
    # A free object wobbles chaotically on the table; see the test of `reach` alone.
    parts = arm_positions(task) if has_free_object(task) else slice(None)
    for action, official in zip(played.actions[:200], played.states[1:], strict=False):
        task.step(action[None])
        assert task.batch.state[0, parts] == pytest.approx(official[parts], abs=1e-9)


@each_task
def test_scripted_policy_succeeds_at_the_same_steps(name, recording):
    played = recording(name, True)
    assert played.success.any()
    task = played.started(name)
    ours = []
    for action in played.actions:
        task.step(action[None])
        ours.append(task.success()[0])
    if has_free_object(task):
        assert np.argmax(ours) == pytest.approx(np.argmax(played.success), abs=2) and any(ours)
    else:
        assert np.array_equal(ours, played.success)


@each_task
@random_and_scripted
def test_every_single_step_agrees(name, scripted, recording):
    played = recording(name, scripted)
    task = played.task(name, slice(0, -1))
    task.step(played.actions)
    assert task.batch.state == pytest.approx(played.states[1:], abs=1e-9, rel=0)


@each_task
@random_and_scripted
def test_human_reward_and_success_are_the_official_ones(name, scripted, recording):
    played = recording(name, scripted)
    before, after = played.task(name, slice(0, -1)), played.task(name, slice(1, None))
    obs, next_obs = FieldView(before.fields()), FieldView(after.fields())
    reward, terms = human_reward(name)(obs, played.actions, next_obs)
    assert reward == pytest.approx(played.rewards, abs=1e-5)
    assert np.array_equal(after.success(), played.success)
    assert all(term.shape == reward.shape for term in terms.values())


@each_task
@random_and_scripted
def test_fields_rebuild_the_official_39_numbers(name, scripted, recording):
    played = recording(name, scripted)
    frames = official_frame(name, played.task(name, slice(1, None)).fields())
    ours = np.hstack([frames[1:], frames[:-1], np.zeros((len(frames) - 1, 3))])
    assert ours == pytest.approx(played.observations[2:], abs=1e-6)


@each_task
def test_metric_grows_towards_1_on_the_way_to_success(name, recording):
    played = recording(name, True)
    metric = played.task(name, slice(1, None)).metric()
    success, failure = metric[played.success], metric[~played.success]
    assert failure.max() <= success.min() <= success.max() <= 1.0
    assert success.min() > 0.3


def test_reach_is_chaotic_in_the_official_simulation_itself(oracle):
    official = oracle("reach")
    env, full = official.env, mujoco.mjtState.mjSTATE_INTEGRATION
    rng = np.random.default_rng(1)
    official.reset(rng.random(task_class("reach").draws))
    actions = rng.uniform(-1, 1, (200, 4)).astype(np.float32)
    start = np.empty(mujoco.mj_stateSize(env.model, full))
    mujoco.mj_getState(env.model, env.data, start, full)

    def positions(perturbation):
        env.curr_path_length = 0
        mujoco.mj_setState(env.model, env.data, start, full)
        seen = []
        for action in actions:
            env.data.qacc_warmstart[:] *= 1 + perturbation
            env.step(action)
            seen.append(env.data.qpos.copy())
        return np.array(seen)

    plain, again, perturbed = positions(0.0), positions(0.0), positions(1e-15)
    assert np.array_equal(plain, again)
    assert np.abs(plain - perturbed)[:, :9].max() < 1e-12
    assert np.abs(plain - perturbed)[:, 9:].max() > 1e-6
