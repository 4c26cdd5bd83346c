"""The golden files are rewritten by ``python tests/reward_gen/test_prompt.py``; read the diff then."""

from pathlib import Path

import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Evaluation, Field, FieldView, TaskSpec, TrainingTrace
from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.checking.extract import extract
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.prompt import MAX_FAILURES, messages
from rewardsmith.reward_gen.proposers.proposer import Failure, Parent
from rewardsmith.reward_gen.reflection import reflect
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.verdict import Rejected

GOLDEN = Path(__file__).with_name("golden")
ROBOT = TaskSpec(
    name="lever-pull",
    goal="Pull the lever down to the goal.",
    fields=(
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("lever_pos", "position of the lever's tip.", (3,), "m"),
        Field("goal_pos", "where the tip shall be", (3,), "m", observed=False),
        Field("grip", "opening of the gripper, 1 is wide open", low=0.0, high=1.0),
        Field("touching", "whether the hand touches the lever", kind="flag", observed=False),
    ),
    action=ActionSpec("box", 4, "hand velocity and grip", ("x", "y", "z", "grip")),
    horizon=200,
    metric="final distance of the tip to the goal in m",
    step_seconds=0.0125,
)
TEXT = TaskSpec(
    name="spell-word",
    goal="Spell the hidden word's letters in order, then write `end`.",
    fields=(
        Field(
            "letters", "letters written so far", (3,), kind="category", categories=3, labels=("-", "a", "b")
        ),
        Field("position", "letters written", kind="category", categories=4),
        Field("right", "share of letters that are right", low=0.0, high=1.0, observed=False),
        Field("last_right", "the last letter was right", kind="flag", observed=False),
    ),
    action=ActionSpec("discrete", 3, "the next token", ("a", "b", "end"), masked=True),
    horizon=4,
    ends_on_success=True,
)
PROGRAM = (
    "def compute_reward(obs, action, next_obs, xp):\n    return next_obs.right, {'right': next_obs.right}\n"
)


def parents(count):
    steps = np.arange(1, 5) * 1000
    rows = np.stack([np.zeros(4), np.linspace(0.1, 0.4, 4), np.ones(4)], axis=1)
    trace = TrainingTrace(
        steps, np.linspace(0, 0.6, 4), {"right": rows, "bias": np.ones((4, 3)), "reward": rows}
    )
    report = reflect(trace, Evaluation(np.arange(4), np.array([1, 1, 0, 1], bool), np.ones(4), np.full(4, 3)))
    texts = ["", "The agent wrote `end` at once."]
    return [Parent(RewardProgram(PROGRAM), 0.75 - k / 4, texts[k], report, 10 + k) for k in range(count)]


FAILURES = [
    Failure("I cannot do that.", "extract", "the answer holds no code"),
    Failure(
        "def compute_reward(obs, action, next_obs, xp):\n    return obs.left", "static", "no field `left`"
    ),
]
CASES = {
    "robot_first": (ROBOT, 0, []),
    "text_first": (TEXT, 0, []),
    "text_improve": (TEXT, 1, FAILURES),
    "text_combine": (TEXT, 2, []),
}


def rendered(case):
    spec, count, failures = CASES[case]
    return "\n".join(f"[{m['role']}]\n{m['content']}" for m in messages(spec, parents(count), failures))


def user_text(*args):
    return messages(*args)[1]["content"]


@pytest.mark.parametrize("case", CASES)
def test_prompt_equals_its_golden_file(case):
    assert rendered(case) == (GOLDEN / f"{case}.txt").read_text(encoding="utf-8")


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


def test_only_the_latest_failures_are_shown_and_long_ones_are_cut():
    failures = [Failure(f"attempt {k} " + "x" * 10_000, "static", f"reason {k}") for k in range(5)]
    text = user_text(ROBOT, (), failures)
    assert [k for k in range(5) if f"reason {k}" in text] == list(range(5 - MAX_FAILURES, 5))
    assert len(text) < 20_000


def test_a_fence_inside_an_answer_does_not_end_its_block():
    text = user_text(ROBOT, (), [Failure("```python\nx = 1\n```", "extract", "no function")])
    assert "````\n```python\nx = 1\n```\n````" in text


def test_dollar_signs_in_a_goal_stay_as_they_are():
    spec = TaskSpec("pay", "Pay $price to ${seller}.", ROBOT.fields, ROBOT.action, 5)
    assert "Pay $price to ${seller}." in user_text(spec)


if __name__ == "__main__":
    for name in CASES:
        (GOLDEN / f"{name}.txt").write_text(rendered(name), encoding="utf-8")
