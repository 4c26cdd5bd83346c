"""Every Adroit task against its official environment: states, fields, success, rewards."""

import numpy as np
import pytest
from gymnasium_robotics.utils.rotations import quat2euler

from rewardsmith.envs import FieldView, demonstrate, task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

TASKS = ["adroit-door", "adroit-hammer", "adroit-pen", "adroit-relocate"]
# From the nail's head to where it shall be while the nail is untouched, in m.
NAIL_TRAVEL = 0.091
each_task = pytest.mark.parametrize("name", TASKS)
random_and_recorded = pytest.mark.parametrize("recorded", [False, True], ids=["random", "recorded"])


def official_observation(name, fields):
    """The official numbers (T, n) from our fields; the hammer's without the force on the nail."""
    palm = fields["palm_pos"]
    if name == "adroit-door":
        handle, latch, angle = fields["handle_pos"], fields["latch_angle"], fields["door_angle"]
        opened = np.where(angle > 1.0, 1.0, -1.0)
        parts = [fields["joint_angles"], latch, angle, palm, handle, palm - handle, opened]
    elif name == "adroit-hammer":
        speeds = [np.clip(fields[key], -1, 1) for key in ("hammer_vel", "hammer_angular_vel")]
        turned = np.stack([quat2euler(quat) for quat in fields["hammer_quat"]])
        tool = [palm, fields["hammer_pos"], turned, fields["nail_pos"]]
        nail_depth = NAIL_TRAVEL - np.linalg.norm(fields["nail_pos"] - fields["goal_pos"], axis=-1)
        parts = [fields["joint_angles"], nail_depth, *speeds, *tool]
    elif name == "adroit-pen":
        directions = fields["pen_direction"], fields["wanted_direction"]
        pen = [fields[key] for key in ("pen_pos", "pen_vel", "pen_angular_vel")]
        still_to_turn = directions[0] - directions[1]
        parts = [fields["joint_angles"], *pen, *directions, fields["pen_offset"], still_to_turn]
    else:
        ball, goal = fields["ball_pos"], fields["goal_pos"]
        parts = [fields["forearm_slides"], fields["joint_angles"], palm - ball, palm - goal, ball - goal]
    return np.hstack([part if part.ndim == 2 else part[:, None] for part in parts])


def official_slip(name, fields):
    """(T,) what the installed version's reward adds to DAPG's: a distance added that should be subtracted."""
    towards = {"adroit-door": "handle_pos", "adroit-hammer": "hammer_pos", "adroit-relocate": "ball_pos"}
    if name not in towards:
        return np.zeros(len(fields["palm_pos"]))
    return 0.2 * np.linalg.norm(fields["palm_pos"] - fields[towards[name]], axis=-1)


@each_task
def test_official_starts_are_ours(name, oracle):
    official = oracle(name)
    for seed in range(3):
        draws = official.draws(seed)
        assert np.all((draws >= 0) & (draws <= 1))
        expected = official.state()
        observation, _, success = official.judge(official.env.init_qpos, official.env.init_qvel)
        task = task_class(name)(1)
        task.reset(np.arange(1), draws[None])
        assert task.batch.state[0] == pytest.approx(expected, abs=1e-12)
        ours = official_observation(name, task.fields())[0]
        assert ours == pytest.approx(observation[: len(ours)], abs=1e-6)
        assert task.success()[0] == success


@each_task
@random_and_recorded
def test_every_single_step_agrees(name, recorded, played):
    episode = played(name, recorded)
    task = episode.task(name, slice(0, -1))
    task.step(episode.actions)
    assert task.batch.state == pytest.approx(episode.states[1:], abs=1e-9, rel=0)


# A pen that rolls on fingers is chaotic: of it, single steps alone are compared.
@pytest.mark.parametrize("name", ["adroit-door", "adroit-hammer", "adroit-relocate"])
def test_60_random_steps_agree_without_resynchronising(name, played):
    episode = played(name, False)
    task = task_class(name)(1)
    task.reset(np.arange(1), episode.draws[None])
    for action, expected in zip(episode.actions[:60], episode.states[1:], strict=False):
        task.step(action[None])
        assert task.batch.state[0] == pytest.approx(expected, abs=1e-9)


@each_task
@random_and_recorded
def test_observation_success_and_reward_are_the_official_ones(name, recorded, played):
    episode = played(name, recorded)
    before, after = episode.task(name, slice(0, -1)), episode.task(name, slice(1, None))
    fields = after.fields()
    observations, rewards, successes = (np.array(column) for column in zip(*episode.judged, strict=True))
    ours = official_observation(name, fields)
    assert ours.shape[1] == observations.shape[1] - (name == "adroit-hammer")
    assert ours == pytest.approx(observations[:, : ours.shape[1]], abs=1e-6)
    assert np.array_equal(after.success(), successes)
    assert successes.any() == recorded
    program = RewardProgram(task_class(name).human_reward_path().read_text())
    reward, terms = compile_program(program, after.spec)(
        FieldView(before.fields()), episode.actions, FieldView(fields)
    )
    assert reward == pytest.approx(rewards - official_slip(name, fields), abs=1e-5)
    assert reward == pytest.approx(sum(terms.values()), abs=1e-9)


@each_task
def test_the_recording_succeeds(name):
    assert demonstrate(task_class(name), 1, np.random.default_rng(0)).all()


@each_task
def test_the_metric_is_higher_at_success_than_at_the_start(name, played):
    episode = played(name, True)
    task = episode.task(name, slice(0, None))
    metric, success = task.metric(), task.success()
    assert not success[0]
    assert success[-1]
    assert metric[-1] > metric[0] + 0.05


@each_task
def test_commands_beyond_the_range_count_as_its_ends(name):
    task = task_class(name)(2)
    task.reset(np.arange(2), np.full((2, task.draws), 0.5))
    size = task.spec.action.size
    for _ in range(5):
        task.step(np.stack([np.full(size, 1.0), np.full(size, 7.0)]))
    assert np.array_equal(task.batch.state[0], task.batch.state[1])
