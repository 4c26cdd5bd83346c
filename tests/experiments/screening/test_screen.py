"""Planted faults are found, and what people wrote passes."""

import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.screening import ScreenSettings, discount_of, screen
from rewardsmith.reward_gen import Accepted, Rejected, RewardProgram, resolve_reward

TASKS = ("tool-call", "button-press")
FLIPPED = """
def compute_reward(obs, action, next_obs, xp):
    reward, terms = shipped(obs, action, next_obs, xp)
    return -reward, {name: -value for name, value in terms.items()}
"""
CONSTANT = """
def compute_reward(obs, action, next_obs, xp):
    bonus = next_obs.tool_matches * 0.0 + 2.0
    return bonus, {"bonus": bonus}
"""
PAYS_TIME = """
def compute_reward(obs, action, next_obs, xp):
    alive = xp.where(next_obs.tool_matches, 1.0, 1000.0)
    whole = xp.where(next_obs.call_complete & next_obs.schema_valid, 1.0, 0.0)
    fixed = whole * 0.0
    return alive + whole, {"alive": alive, "whole": whole, "fixed": fixed}
"""
CRASHES_LATE = """
def compute_reward(obs, action, next_obs, xp):
    reward = 1.0 / xp.where(next_obs.call_complete & next_obs.schema_valid & next_obs.tool_matches, 0.0, 1.0)
    return reward, {"reward_of_all": reward}
"""


def human(task: str) -> RewardProgram:
    program = resolve_reward("human", task)
    assert program is not None
    return program


def flipped(task: str) -> RewardProgram:
    return RewardProgram(human(task).text.replace("def compute_reward", "def shipped") + FLIPPED)


@pytest.mark.parametrize("task", TASKS)
def test_the_pool_has_both_outcomes(pools, task):
    assert pools[task].success[:6].all()
    assert not pools[task].success[6:].any()


@pytest.mark.parametrize("task", TASKS)
def test_the_human_reward_passes(pools, samples, task):
    assert isinstance(screen(human(task), task, pools[task], samples[task]), Accepted)


@pytest.mark.parametrize("task", TASKS)
def test_the_human_reward_with_its_sign_flipped_does_not(pools, samples, task):
    verdict = screen(flipped(task), task, pools[task], samples[task])
    assert isinstance(verdict, Rejected) and verdict.stage == "screening"
    assert "% of 36 pairs" in verdict.reason and "check its sign" in verdict.reason


def test_a_reward_that_never_varies_does_not(pools, samples):
    verdict = screen(RewardProgram(CONSTANT), "tool-call", pools["tool-call"], samples["tool-call"])
    assert isinstance(verdict, Rejected) and verdict.stage == "screening"
    assert "it pays 2 for every one of" in verdict.reason


def test_the_reason_names_the_term_that_prefers_failures_the_one_that_dominates_and_the_dead(pools, samples):
    verdict = screen(RewardProgram(PAYS_TIME), "tool-call", pools["tool-call"], samples["tool-call"])
    assert isinstance(verdict, Rejected)
    assert "the term `alive` (100% of the size) is larger over failed episodes in" in verdict.reason
    assert "`fixed` never varies" in verdict.reason
    assert "\n" not in verdict.reason


def test_a_program_that_fails_where_random_play_never_came_is_told_so(pools, samples):
    verdict = screen(RewardProgram(CRASHES_LATE), "tool-call", pools["tool-call"], samples["tool-call"])
    assert isinstance(verdict, Rejected) and verdict.stage == "runtime"


def test_with_too_few_episodes_of_an_outcome_everything_passes(pools, samples):
    few = pools["tool-call"].part(list(range(4, 12)))
    for pool in (few, None):
        assert isinstance(screen(flipped("tool-call"), "tool-call", pool, samples["tool-call"]), Accepted)


def test_the_verdict_is_always_the_same(pools, samples):
    verdicts = {
        str(screen(flipped("tool-call"), "tool-call", pools["tool-call"], samples["tool-call"]))
        for _ in range(2)
    }
    assert len(verdicts) == 1


def test_a_threshold_is_a_share():
    with pytest.raises(UserError, match=r"a share from 0 to 1, got 1\.5"):
        ScreenSettings(threshold=1.5)


def test_the_discount_is_that_of_the_agent_on_the_task():
    assert discount_of(task_class("button-press").spec) == 0.97
    assert discount_of(task_class("hopper-run").spec, "ppo") == 0.99
