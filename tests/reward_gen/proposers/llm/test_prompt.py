import numpy as np
import pytest
from prompt_tasks import ROBOT, TEXT

from rewardsmith.envs import ActionSpec, Field, FieldView, TaskSpec
from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.checking.extract import extract
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.prompt import MAX_COMMENTS, MAX_FAILURES, messages
from rewardsmith.reward_gen.proposers.proposer import Failure
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.verdict import Rejected


def user_text(*args, **settings):
    return messages(*args, **settings)[1]["content"]


@pytest.mark.parametrize("spec", [ROBOT, TEXT], ids=lambda spec: spec.name)
def test_everything_that_the_spec_declares_is_told(spec):
    text = user_text(spec)
    facts = [spec.goal, str(spec.horizon), spec.metric, spec.action.meaning, *spec.action.labels]
    for field in spec.fields:
        facts += [f"`{field.name}`", field.meaning.rstrip("."), field.unit, *field.labels]
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("labels", "named"), [((), ("", "")), (("wheel", "brake"), (" (wheel)", " (brake)"))]
)
def test_the_choices_of_several_components_are_told(labels, named):
    action = ActionSpec("multi_discrete", 2, "Drive the car.", labels, choices=(5, 2))
    first, second = named
    assert (
        f"Action: Drive the car. `action` is (B, 2), integers: component 0{first} from 0 to 4, "
        f"component 1{second} from 0 to 1."
    ) in user_text(TaskSpec("drive", "Go.", ROBOT.fields, action, 5))


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 1, "real from 0 to 1:"),
        (0, np.inf, "real 0 or more:"),
        (-np.inf, 2, "real 2 or less:"),
        (-np.inf, np.inf, "real:"),
    ],
)
def test_ranges_are_told_as_far_as_they_are_known(low, high, told):
    spec = TaskSpec("x", "", (Field("level", "how high", low=low, high=high),), ROBOT.action, 5)
    assert f"- `level` (B,) {told} how high." in user_text(spec)


def test_worked_example_obeys_the_rules_that_the_prompt_states():
    system = messages(ROBOT)[0]["content"]
    example = system[system.index("A worked example") :]
    puck = TaskSpec(
        "puck",
        "Slide.",
        (
            Field("puck_pos", "", (2,), "m"),
            Field("mark_pos", "", (2,), "m"),
            Field("upright", "", kind="flag"),
        ),
        ActionSpec("box", 2, "push"),
        10,
    )
    text = extract(example)
    assert not isinstance(text, Rejected)
    assert not isinstance(check_static(text, puck), Rejected)
    view = FieldView(
        {"puck_pos": np.zeros((2, 2)), "mark_pos": np.eye(2), "upright": np.array([True, False])}
    )
    reward, terms = compile_program(RewardProgram(text), puck)(view, np.ones((2, 2)), view)
    np.testing.assert_allclose(reward, [2 / 26 - 0.02, -0.02])
    assert set(terms) == {"at_mark", "effort"}


def test_every_failure_gives_its_reason_and_the_latest_their_text():
    failures = [Failure(f"attempt {k} " + "x" * 10_000, "static", f"reason {k}") for k in range(6)]
    text = user_text(ROBOT, (), failures)
    assert all(f"reason {k}" in text for k in range(6))
    assert [k for k in range(6) if f"attempt {k}" in text] == list(range(6 - MAX_FAILURES, 6))
    assert len(text) < 20_000


def test_a_reason_that_earlier_failures_share_is_told_once():
    failures = [Failure(f"attempt {k}", "static", "no loops") for k in range(MAX_FAILURES + 5)]
    assert user_text(ROBOT, (), failures).count("no loops") == MAX_FAILURES + 1


def test_the_latest_comments_of_a_person_are_told_in_one_line_each():
    comments = [f"remark {k}\nof two lines" for k in range(MAX_COMMENTS + 2)]
    text = user_text(ROBOT, comments=comments)
    assert "remark 1 of" not in text
    assert f"- remark {MAX_COMMENTS + 1} of two lines\n" in text


def test_a_fence_inside_an_answer_does_not_end_its_block():
    text = user_text(ROBOT, (), [Failure("```python\nx = 1\n```", "extract", "no function")])
    assert "````\n```python\nx = 1\n```\n````" in text


def test_dollar_signs_in_a_goal_stay_as_they_are():
    spec = TaskSpec("pay", "Pay $price to ${seller}.", ROBOT.fields, ROBOT.action, 5)
    assert "Pay $price to ${seller}." in user_text(spec)
