import pytest

from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.seal.probe import check
from rewardsmith.reward_gen.verdict import Accepted, Rejected

HEAD = "def compute_reward(obs, action, next_obs, xp):\n    r = xp.sum(obs.goal_pos, axis=-1)\n"


def test_an_honest_program_is_accepted_even_from_one_sample(arm_spec, arm_samples, reach_text):
    program = RewardProgram(reach_text)
    assert check(program, arm_spec, arm_samples(1)) == Accepted(program)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    return r - xp.mean(r), {'x': r}\n", "depends on the other worlds"),
        ("    return r, {'x': xp.cumsum(r)}\n", "x of a world depends on the other worlds"),
        ("    return r, {f'x{i}': r for i in range(r.shape[0])}\n", "the terms were x0 and are now x0, x1"),
        ("    return r, ({'a': r} if float(r[0]) > 0 else {'b': r})\n", "return the same names each time"),
        (
            "    return r + xp.max(r[:, None] * r, axis=0) * 0.0 + xp.zeros(11), {'x': r}\n",
            "could not be|shape",
        ),
        ("    return r.T @ r, {'x': r}\n", "the reward has shape"),
    ],
)
def test_a_leaking_or_unsteady_program_is_rejected(body, reason, arm_spec, arm_samples):
    verdict = check(RewardProgram(HEAD + body), arm_spec, arm_samples(20))
    assert isinstance(verdict, Rejected) and verdict.stage == "probe"
    assert any(part in verdict.reason for part in reason.split("|"))


def test_a_static_refusal_keeps_its_stage(arm_spec, arm_samples):
    verdict = check(RewardProgram("import os\n"), arm_spec, arm_samples(3))
    assert isinstance(verdict, Rejected) and verdict.stage == "static"


def test_no_samples_is_the_callers_error(arm_spec, arm_samples, reach_text):
    with pytest.raises(ValueError, match="at least one recorded transition"):
        check(RewardProgram(reach_text), arm_spec, arm_samples(0))
