import numpy as np
import pytest
from chat_server import Server, answer, completion
from prompt_tasks import PUCK as SPEC

from rewardsmith.envs import UserError
from rewardsmith.reward_gen import Findings, LLMProposer, Parent
from rewardsmith.reward_gen.language import (
    Language,
    LanguageProposer,
    RuleProposer,
    program,
    read_parameters_of,
)
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.verdict import Rejected

GOOD = 'The hand goes to the puck.\n```json\n{"hand_pos near puck_pos": 1, "height at least 0.5": 2}\n```'
PARENT = program(SPEC, {"hand_pos near puck_pos": 2.0})


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_an_answer_becomes_a_program_through_a_real_server():
    with Server(answer(completion(GOOD)), answer(completion('{"foot near puck_pos": 1}'))) as server:
        llm = LLMProposer("tiny", style=Language("Touch the puck."), base_url=server.url, concurrency=1)
        good, bad = LanguageProposer(llm).propose(SPEC, Findings(), 2, np.random.default_rng(0))
    assert isinstance(good.outcome, RewardProgram)
    wanted = program(SPEC, {"hand_pos near puck_pos": 1, "height at least 0.5": 2})
    assert good.outcome.text == wanted.text
    assert good.operator == "parameters"
    assert good.answer == GOOD
    assert good.usage["completion_tokens"] == 7
    assert bad.outcome == Rejected("extract", bad.outcome.reason)
    assert "no field 'foot'" in bad.outcome.reason
    assert "# The command\n\nTouch the puck." in server.requests[0]["messages"][1]["content"]


def test_an_empty_answer_keeps_its_reason():
    with Server(answer(completion(""))) as server:
        llm = LLMProposer("tiny", style=Language(), base_url=server.url)
        (empty,) = LanguageProposer(llm).propose(SPEC, Findings(), 1, np.random.default_rng(0))
    assert empty.outcome == Rejected("extract", "the answer is empty")


def test_only_the_style_that_asks_for_parameters_fits():
    with pytest.raises(UserError, match=r"expected the style Language\(command\), got Eureka"):
        LanguageProposer(LLMProposer("tiny", base_url="http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(
    "text",
    [
        '{"height at 1": 1}',
        'First {"hand_pos near puck_pos": 1}, better {"height at 1": 1}.',
        'Draft:\n```json\n{"effort small": 1}\n```\nFinal:\n```\n{"height at 1": 1}\n```\n',
    ],
)
def test_the_last_object_counts(text):
    assert read_parameters_of(text, SPEC).to_json() == '{"height at 1": 1.0}'


@pytest.mark.parametrize("text", ["I cannot.", "} {", "{height at 1}", "```json\nnone\n```"])
def test_no_object_no_parameters(text):
    with pytest.raises(UserError, match="no parameters"):
        read_parameters_of(text, SPEC)


def test_rules_first_write_the_command_and_then_draw_weights():
    proposer = RuleProposer("move the hand to 0.1 0.2 and keep the height at 1")
    first, *others = proposer.propose(SPEC, Findings(), 3, np.random.default_rng(0))
    assert first.outcome.text == program(SPEC, {"hand_pos at [0.1, 0.2]": 1, "height at 1": 1}).text
    assert len({proposal.answer for proposal in (first, *others)}) == 3
    again = proposer.propose(SPEC, Findings(), 3, np.random.default_rng(0))
    assert [proposal.answer for proposal in again] == [first.answer, *(p.answer for p in others)]


def test_rules_draw_around_the_best_parent():
    parent = Parent(PARENT, 1.0, "", None, 7)
    (child,) = RuleProposer("keep the height at 1").propose(
        SPEC, Findings((parent,)), 1, np.random.default_rng(0)
    )
    assert child.parents == (7,)
    assert "hand_pos near puck_pos" in child.answer
    assert child.answer != PARENT.text
