import numpy as np
import pytest

from rewardsmith.envs import Episodes, FieldView, task_class
from rewardsmith.experiments.audit.loops import loops, walked_loops
from rewardsmith.experiments.audit.material import gather
from rewardsmith.experiments.audit.payment import paying
from rewardsmith.experiments.audit.telescoping import loop_payments, telescoping
from rewardsmith.reward_gen import RewardProgram

TASK = task_class("arithmetic-chain")


@pytest.fixture(scope="module")
def material():
    return gather(TASK)


def program(reward):
    return RewardProgram(
        "def compute_reward(obs, action, next_obs, xp):\n"
        f"    reward = {reward}\n"
        "    return 1.0 * reward, {'all': 1.0 * reward}\n"
    )


def made_of(reward, material):
    with paying(program(reward), TASK, trusted=True) as pay:
        return telescoping(pay, material.judged.episodes.transitions())["reward"]


@pytest.mark.parametrize("discount", [1.0, 0.99, 0.9])
@pytest.mark.parametrize("potential", ["{}.step_score", "xp.exp({}.correct_steps + {}.operand / 7)"])
def test_a_discounted_difference_of_a_potential_telescopes(discount, potential, material):
    after, before = (potential.replace("{}", view) for view in ("next_obs", "obs"))
    found = made_of(f"{discount} * {after} - {before}", material)
    assert found.holds
    assert found.discount == pytest.approx(discount)


@pytest.mark.parametrize(
    "reward",
    [
        "next_obs.step_score",
        "next_obs.correct_steps - 0.2 * obs.correct_steps",
        "next_obs.correct_steps + obs.correct_steps",
        "xp.abs(next_obs.correct_steps - obs.correct_steps)",
        "next_obs.correct_steps - obs.correct_steps + 0.1",
    ],
)
def test_anything_else_does_not_telescope_or_pays_around_a_loop(reward, material):
    with paying(program(reward), TASK, trusted=True) as pay:
        paid = loop_payments(pay, material.judged.episodes.transitions())
    assert np.abs(paid).mean() > 0.01
    if "+ 0.1" not in reward:
        assert not made_of(reward, material).holds


def test_a_reward_that_never_varies_telescopes_by_itself(material):
    assert made_of("0.0 * obs.step_score", material).holds


def test_loops_are_found_where_an_episode_returns_to_a_state():
    states = FieldView({"place": np.array([0, 1, 2, 1, 0, 0, 1, 0])})
    lengths, success = np.array([4, 2]), np.array([False, True])
    episodes = Episodes(states, np.zeros(6, int), lengths, success, np.zeros(2, bool))
    found = walked_loops(episodes, np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    assert [(loop.start, loop.length, loop.paid) for loop in found] == [(1, 2, 5.0), (0, 4, 10.0)]
    assert found[0].repeated(10) == 25.0


def test_a_loop_that_pays_more_than_success_is_flagged(material):
    with paying(program("next_obs.step_score"), TASK, trusted=True) as pay:
        finding = loops(pay, material)
    assert finding.suspicious
    with paying(program("next_obs.correct_steps - obs.correct_steps"), TASK, trusted=True) as pay:
        assert not loops(pay, material).suspicious
