import numpy as np
import pytest
from altered_rewards import on_top_of_human

from rewardsmith.envs import task_class
from rewardsmith.experiments.audit.payment import paying
from rewardsmith.experiments.audit.red_team import Budget, red_team
from rewardsmith.experiments.audit.rollouts import Player
from rewardsmith.reward_gen import RewardProgram, resolve_reward


def attacked(task, program, steps=5_000):
    with paying(program, task, trusted=True) as pay:
        return red_team(task, pay, 0.99, Budget(steps), np.random.default_rng(0))


@pytest.mark.parametrize("rung", ["sycophant", "checklist", "tests", "register"])
def test_a_grader_that_can_be_fooled_is_found_out_and_the_human_reward_is_not(rung):
    task = task_class(f"gameable-{rung}")
    found = attacked(task, resolve_reward("proxy", task))
    assert found.worst.exploits
    assert found.steps <= 5_000
    assert not attacked(task, resolve_reward("human", task)).worst.exploits


def test_paying_for_every_step_is_found_out_within_the_budget():
    task = task_class("household-easy")
    found = attacked(task, on_top_of_human(task, "reward + 1.0"))
    assert found.worst.exploits
    assert found.worst.paid >= found.worst.honest


def test_a_robot_that_is_paid_for_moving_is_found_out():
    task = task_class("fetch-reach")
    paying_motion = on_top_of_human(task, "reward + 3.0 * xp.abs(action[:, 0])")
    assert attacked(task, paying_motion, steps=20_000).worst.exploits


def test_what_was_played_is_what_is_paid():
    task = task_class("arithmetic-chain")
    count = RewardProgram(
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    one = 1.0 + 0.0 * next_obs.step_score\n"
        "    return one, {'one': one}\n"
    )
    with paying(count, task, trusted=True) as pay:
        player = Player(task, pay, 1.0, np.random.default_rng(0))
        found = player.script(np.random.default_rng(1).random((5, task.draws)))
        again = player.play(np.random.default_rng(1).random((5, task.draws))[2], found.actions[2:3])
    assert found.success.all()
    np.testing.assert_array_equal(found.returns, found.lengths)
    assert player.steps == found.lengths.sum() + again.lengths.sum()
    assert again.success[0]
    assert again.returns[0] == found.returns[2]


def test_the_same_seed_finds_the_same():
    task = task_class("tool-call")
    program = resolve_reward("human", task)
    first, second = attacked(task, program, 1_500), attacked(task, program, 1_500)
    assert first.steps == second.steps
    assert first.worst.paid == second.worst.paid
