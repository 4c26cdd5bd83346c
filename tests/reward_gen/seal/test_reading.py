"""Extraction and parsing behind the seal: texts that are made to kill the parser kill only a child."""

import time

import pytest

from rewardsmith.reward_gen.checking.extract import MAX_ANSWER, extract
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.seal.probe import check
from rewardsmith.reward_gen.seal.reading import extract_sealed
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import Rejected, RewardFault

KILLERS = {
    "parentheses": "x = " + "(" * 90_000,
    "unary": "x = " + "-" * 90_000 + "1",
    "brackets": "x = " + "[" * 90_000 + "]" * 90_000,
    "f-strings": "x = " + "f'{" * 20_000,
    "dots": "x" + ".a" * 60_000,
    "comparisons": "x = 1" + " < 1" * 40_000,
    "lambdas": "x = " + "lambda: " * 20_000 + "1",
    "indentation": "\n".join(" " * depth + "if 1:" for depth in range(400)),
}


@pytest.mark.parametrize("answer", ["", "no code", "a\x00b", "\ud800", "```python\nx = \ud800\n```", "é"])
def test_it_agrees_with_extraction_in_this_process(answer, no_orphans):
    assert extract_sealed(answer) == extract(answer)


def test_a_program_comes_back_whole(reach_text, no_orphans):
    answer = f"Voilà — the reward:\n```python\n# π\n{reach_text}```\n"
    assert extract_sealed(answer) == "# π\n" + reach_text


def test_a_syntax_error_is_quoted_although_no_file_can_be_opened():
    found = extract_sealed("```python\ndef compute_reward(obs:\n    return 1\n```")
    assert isinstance(found, Rejected)
    assert "is broken, line 1" in found.reason


@pytest.mark.parametrize("name", KILLERS)
def test_a_text_made_to_kill_the_parser_is_rejected(name, arm_spec, arm_samples, reach_text, no_orphans):
    started = time.monotonic()
    assert isinstance(extract_sealed(KILLERS[name], deadline=1.0), Rejected)
    extract_sealed(f"```python\n{reach_text}\n{KILLERS[name]}\n```", deadline=1.0)
    for length in (len(KILLERS[name]), 32_000 - len(reach_text)):
        program = RewardProgram(reach_text + KILLERS[name][:length] + "\n")
        assert isinstance(check(program, arm_spec, arm_samples(2), deadline=1.0), Rejected)
    assert time.monotonic() - started < 6.0


def test_an_answer_that_takes_too_long_is_rejected_in_time(no_orphans):
    answer = "\n".join(["x = 1"] * 30_000) + "\ndef compute_reward(a): return 1\n  oops\n"
    started = time.monotonic()
    found = extract_sealed(answer, deadline=0.3)
    assert isinstance(found, Rejected)
    assert time.monotonic() - started < 1.3


def test_a_long_answer_is_not_even_looked_at():
    found = extract_sealed("x" * (MAX_ANSWER + 1))
    assert isinstance(found, Rejected) and "be brief" in found.reason


def test_a_refused_text_keeps_its_stage_on_every_call(arm_spec, arm_samples, no_orphans):
    with SealedReward(RewardProgram("import os\n"), arm_spec) as reward:
        for _ in range(2):
            with pytest.raises(RewardFault, match="import os") as caught:
                reward(*arm_samples(2))
            assert caught.value.stage == "static"
