from collections import Counter

import numpy as np
import pytest
from prompt_tasks import COMMENTS, FAILURES, ROBOT, TEXT, findings

from rewardsmith.reward_gen.proposers.llm.eureka import Eureka
from rewardsmith.reward_gen.proposers.llm.library import Library
from rewardsmith.reward_gen.proposers.llm.operators import SHARES, Operators
from rewardsmith.reward_gen.proposers.llm.text2reward import Text2Reward

STYLES = pytest.mark.parametrize(
    "style", [Eureka(), Text2Reward(), Operators()], ids=lambda style: type(style).__name__
)


def plans(style, known, count=200, spec=ROBOT):
    rng = np.random.default_rng(0)
    return [style.plan(spec, known, rng) for _ in range(count)]


@STYLES
def test_the_same_generator_plans_the_same(style):
    known = findings(ROBOT, 2, FAILURES)
    assert plans(style, known, 10) == plans(style, known, 10)


@STYLES
@pytest.mark.parametrize("spec", [ROBOT, TEXT], ids=lambda spec: spec.name)
def test_parents_failures_and_comments_stand_in_the_prompt(style, spec):
    known = findings(spec, 2, FAILURES, COMMENTS)
    for plan in plans(style, known, 20, spec):
        text = plan.messages[1]["content"]
        assert all(parent.program.text.strip() in text for parent in plan.parents)
        assert all(failure.reason in text for failure in FAILURES)
        assert all(comment in text for comment in COMMENTS)
        assert spec.goal in text


@STYLES
def test_nothing_else_is_needed_for_a_first_program(style):
    (plan,) = plans(style, findings(ROBOT), 1)
    assert plan.parents == ()
    assert all(field.name in plan.messages[1]["content"] for field in ROBOT.fields)


def test_operators_follow_their_shares_without_credit():
    counts = Counter(plan.operator for plan in plans(Operators(), findings(ROBOT, 2), 600))
    assert counts.keys() == SHARES.keys()
    assert all(abs(counts[name] / 600 - share) < 0.06 for name, share in SHARES.items())


def test_operators_that_paid_are_asked_for_more():
    credit = {"simplify": [0.2] * 6, "tune": [-0.2] * 6, "first": [0.9] * 6}
    counts = Counter(plan.operator for plan in plans(Operators(), findings(ROBOT, 2, credit=credit), 400))
    assert counts["simplify"] > 125
    assert counts["tune"] < 80
    assert counts["first"] == 0


def test_operators_take_the_parents_that_they_need():
    chosen = plans(Operators(), findings(ROBOT, 2))
    assert {(plan.operator == "cross", len(plan.parents)) for plan in chosen} == {(True, 2), (False, 1)}
    single = {plan.operator for plan in plans(Operators(), findings(ROBOT, 1))}
    assert single == set(SHARES) - {"cross"}


@pytest.mark.parametrize("shares", [{}, {"cross": 1.0}, {"tune": -1.0, "fresh": 2.0}, {"invent": 1.0}])
def test_shares_that_make_no_sense_are_refused(shares):
    with pytest.raises(ValueError, match="expected shares of restructure"):
        Operators(shares)


def test_text2reward_asks_zero_shot_few_shot_or_for_a_refinement():
    assert plans(Text2Reward(0), findings(ROBOT), 1)[0].operator == "zero-shot"
    assert plans(Text2Reward(2, Library(())), findings(ROBOT), 1)[0].operator == "zero-shot"
    assert plans(Text2Reward(2), findings(ROBOT), 1)[0].operator == "few-shot"
    assert plans(Text2Reward(2), findings(ROBOT, 1), 1)[0].operator == "refine"


def test_text2reward_shows_as_many_examples_as_it_was_told():
    for count in (0, 1, 3):
        (plan,) = plans(Text2Reward(count), findings(ROBOT), 1)
        assert plan.messages[1]["content"].count("# Solved example") == count
