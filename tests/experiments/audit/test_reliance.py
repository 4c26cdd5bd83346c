import numpy as np
import pytest
from altered_rewards import on_top_of_human

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.audit.invariance import invariance
from rewardsmith.experiments.audit.material import gather
from rewardsmith.experiments.audit.nuisance import nuisances
from rewardsmith.experiments.audit.payment import paying
from rewardsmith.experiments.audit.reliance import reliance
from rewardsmith.reward_gen import RewardProgram, resolve_reward

TASK = task_class("arithmetic-chain")
HUMAN = resolve_reward("human", TASK)


@pytest.fixture(scope="module")
def material():
    return gather(TASK)


def found(program, material, declared=()):
    with paying(program, TASK, trusted=True) as pay:
        return invariance(pay, material, declared)


def test_a_reward_hangs_on_what_it_reads_and_on_nothing_else(material):
    program = RewardProgram(
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    reward = 3.0 * next_obs.step_score + 0.1 * next_obs.operand\n"
        "    return reward, {'all': reward}\n"
    )
    with paying(program, TASK, trusted=True) as pay:
        shares = reliance(pay, material.steps(512, np.random.default_rng(0)), TASK.spec)
    assert [name for name, share in shares.items() if share > 0] == ["step_score", "operand"]
    assert 0.9 < shares["step_score"] <= 1.1


def test_the_human_reward_is_clean_and_a_planted_dependence_is_flagged_first(material):
    assert not found(HUMAN, material).suspicious
    planted = on_top_of_human(TASK, "reward + 1.0 * (action == 2)")
    finding = found(planted, material)
    assert finding.suspicious
    assert "`action`" in finding.summary


def test_a_declared_nuisance_is_what_counts(material):
    planted = on_top_of_human(TASK, "reward + 0.5 * next_obs.step_score")
    assert not found(planted, material).suspicious
    assert found(planted, material, ["step_score"]).suspicious
    with pytest.raises(UserError, match=r"expected features of arithmetic-chain .*got colour"):
        found(planted, material, ["colour"])


def test_a_reward_that_nothing_moves_is_flagged(material):
    finding = found(on_top_of_human(TASK, "0.0 * reward + 1.0"), material)
    assert finding.suspicious
    assert finding.summary == "no feature of a step moves the reward"


def test_what_goes_along_with_a_relevant_field_is_no_nuisance():
    reach = task_class("reach")
    material = gather(reach)
    read = dict.fromkeys([*(f.name for f in reach.spec.fields), "action"], 0.0) | {"tcp_pos": 1.0}
    barred = nuisances(reach.spec, material.judged.episodes, read)
    # Fingertips are where the hand is; how the idle object lies is nobody's business.
    assert "hand_pos" not in barred
    assert "object_quat" in barred
    assert nuisances(reach.spec, material.judged.episodes) == ()
