import numpy as np
import pytest
from chat_server import Server, answer, completion
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prompt_tasks import FAILURES, PROGRAMS, ROBOT, TEXT, findings

from rewardsmith.envs import task_class, task_names
from rewardsmith.reward_gen import GrammarProposer, LLMProposer
from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.anonymous import (
    AnonymousNames,
    hidden_names,
    hide_code,
    hide_prose,
    hide_spec,
    show_code,
)
from rewardsmith.reward_gen.proposers.proposer import Failure
from rewardsmith.reward_gen.verdict import Rejected

NAMES = hidden_names(ROBOT)
HIDDEN = """\
def compute_reward(obs, action, next_obs, xp):
    near = gap(next_obs, xp) - gap(obs, xp)
    return near, {"near": near}


def gap(state, xp):
    quantity_1 = state . quantity_1
    return xp.linalg.norm(quantity_1 - state.quantity_2, axis=-1)
"""
SHOWN = HIDDEN.replace("state . quantity_1", "state . hand_pos").replace(
    "state.quantity_2", "state.lever_pos"
)


def ask(text, known, spec=ROBOT):
    with Server(answer(completion(f"```python\n{text}```"))) as server:
        proposer = AnonymousNames(LLMProposer("tiny", base_url=server.url, api_key="x", deadline=5.0))
        (proposal,) = proposer.propose(spec, known, 1, np.random.default_rng(0))
    return proposal, server.requests[0]["messages"][1]["content"]


def test_an_answer_in_hidden_names_comes_back_in_true_ones():
    proposal, _ = ask(HIDDEN, findings(ROBOT))
    assert proposal.outcome.text == SHOWN
    assert "quantity_2" in proposal.answer
    assert not isinstance(check_static(proposal.outcome.text, ROBOT), Rejected)


@pytest.mark.parametrize("spec", [ROBOT, TEXT], ids=lambda spec: spec.name)
def test_no_true_name_reaches_the_model(spec):
    listed = "obs has no field lever; the fields are " + ", ".join(field.name for field in spec.fields)
    known = findings(
        spec, 2, [*FAILURES, Failure(PROGRAMS[spec.name], "static", listed)], ["the hand_pos is"]
    )
    _, told = ask(HIDDEN, known, spec)
    spelt = [name for name in hidden_names(spec) if f".{name}" in told or f"`{name}`" in told]
    assert spelt == []
    assert not any(name in told for name in hidden_names(spec) if "_" in name)
    assert all(hidden in told for hidden in hidden_names(spec).values())
    assert spec.goal in told


def test_a_program_that_knows_a_name_which_nobody_told_is_rejected():
    proposal, _ = ask(HIDDEN.replace("gap(obs, xp)", "obs.grip"), findings(ROBOT))
    assert isinstance(proposal.outcome, Rejected)
    assert proposal.outcome.reason == (
        "obs has no field grip; the fields are quantity_1, quantity_2, quantity_3, quantity_4, quantity_5"
    )


def test_a_sentence_before_a_variable_is_no_attribute():
    text = "# The gap of obs.\n    quantity_1 = next_obs.quantity_1\n"
    assert show_code(text, NAMES) == "# The gap of obs.\n    quantity_1 = next_obs.hand_pos\n"


def test_an_answer_without_a_program_stays_rejected():
    proposal, _ = ask("x = 1\n", findings(ROBOT))
    assert proposal.outcome.stage == "extract"


def test_other_proposers_can_be_told_hidden_names_too():
    proposals = AnonymousNames(GrammarProposer()).propose(
        ROBOT, findings(ROBOT), 10, np.random.default_rng(0)
    )
    for proposal in proposals:
        assert isinstance(proposal.outcome, RewardProgram)
        assert not isinstance(check_static(proposal.outcome.text, ROBOT), Rejected)


def test_words_of_a_sentence_are_no_names():
    assert hide_prose("the grip of `grip`", NAMES) == "the grip of `quantity_4`"
    assert hide_prose("hand_pos, not the hand", NAMES) == "quantity_1, not the hand"


def test_the_note_of_the_grammar_is_not_shown():
    (proposal,) = GrammarProposer().propose(ROBOT, findings(ROBOT), 1, np.random.default_rng(3))
    assert "genome" in proposal.answer
    assert "genome" not in hide_code(proposal.answer, NAMES)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(task_names()))
def test_human_rewards_are_the_same_programs_under_hidden_names(name):
    task = task_class(name)
    if "human" not in task.shipped_rewards():
        return
    text = task.human_reward_path().read_text(encoding="utf-8")
    names = hidden_names(task.spec)
    hidden = hide_code(text, names)
    assert not isinstance(check_static(hidden, hide_spec(task.spec, names)), Rejected)
    assert not isinstance(check_static(show_code(hidden, names), task.spec), Rejected)
