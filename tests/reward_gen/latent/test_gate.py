import numpy as np
import pytest

from rewardsmith.envs import random_transitions, task_class
from rewardsmith.reward_gen import Accepted, Rejected, RewardProgram
from rewardsmith.reward_gen.latent import draw_factors, verify_factors
from rewardsmith.reward_gen.latent.gate import imagine

TASK = task_class("tool-call-easy")
HEAD = "def compute_reward(obs, action, next_obs, xp):\n"
TOOL = "    tool = xp.where(next_obs.tool_matches, 1.0, 0.0) - xp.where(obs.tool_matches, 1.0, 0.0)\n"
NAMES = "    names = next_obs.names_matched - obs.names_matched\n"


@pytest.fixture(scope="module")
def samples():
    return random_transitions(TASK, 256, np.random.default_rng(0))


def verdict(body, samples):
    return verify_factors(RewardProgram(HEAD + TOOL + NAMES + body), TASK.spec, samples)


def test_a_factor_program_passes(samples):
    body = '    return tool + names, {"tool": tool, "names": names}\n'
    assert isinstance(verdict(body, samples), Accepted)


def test_a_factor_that_only_success_shows_passes_since_steps_are_imagined(samples):
    rare = (
        "    rare = xp.where(next_obs.call_complete & (next_obs.values_matched >= 1.0)"
        " & (next_obs.names_matched >= 1.0), 1.0, 0.0)\n"
    )
    kept = random_transitions(TASK, 16, np.random.default_rng(0))
    body = rare + '    return tool + rare, {"tool": tool, "rare": rare}\n'
    assert isinstance(verdict(body, kept), Accepted)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('    return tool + 2.0 * names, {"tool": tool, "names": names}\n', "not the plain sum"),
        ('    return tool, {"tool": tool, "names": names}\n', "not the plain sum"),
        ("    return tool + names, {}\n", "no factors"),
        (
            '    same = 0.0 * tool\n    return tool + same, {"tool": tool, "same": same}\n',
            "same never varies",
        ),
        (
            '    half = 0.1 - 0.5 * tool\n    return tool + half, {"tool": tool, "half": half}\n',
            "half says the same as tool",
        ),
        ('    return tool[:, None], {"tool": tool[:, None]}\n', "has shape"),
        ('    nan = tool / (tool - tool)\n    return nan, {"nan": nan}\n', "is NaN"),
        ('    mean = tool + xp.mean(names)\n    return mean, {"mean": mean}\n', "other worlds"),
        ('    return tool + next_obs.goal, {"tool": tool}\n', "goal"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(body, reason, samples):
    found = verdict(body, samples)
    assert isinstance(found, Rejected)
    assert reason in found.reason and "\n" not in found.reason


def test_imagined_steps_are_of_the_fields_kinds(samples):
    steps = imagine(TASK.spec, samples, np.random.default_rng(0), 64)
    for field in TASK.spec.fields:
        values = steps.next_obs.arrays()[field.name]
        assert values.shape == (64, *field.shape) and values.dtype == field.dtype
        assert field.kind != "category" or values.max() < field.categories
        assert field.kind != "real" or (values.min() >= field.low and values.max() <= field.high)


@pytest.mark.parametrize("name", ["tool-call-easy", "arithmetic-chain", "reach"])
def test_drawn_factors_are_a_plain_sum_and_repeat_with_the_seed(name):
    spec = task_class(name).spec
    program = draw_factors(spec, np.random.default_rng(3))
    assert program == draw_factors(spec, np.random.default_rng(3))
    assert 2 <= program.text.count("_paid = 1.0 * ") <= 8
    with pytest.raises(ValueError, match="count=0"):
        draw_factors(spec, np.random.default_rng(0), 0)
