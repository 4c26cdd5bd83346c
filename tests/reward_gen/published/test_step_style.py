import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.published import UntranslatableError, translate
from rewardsmith.reward_gen.published.step_style import read_step_style
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.verdict import RewardFault

HERE = Path(__file__).parent


def method(body, before=""):
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return f"import numpy as np\n{before}\ndef compute_dense_reward(self, action, obs):\n{lines}\n"


def both(text, spec, states):
    """What the two forms of `text` pay; None for a form that there is not."""
    made = read_step_style(ast.parse(text), spec)
    run = [
        compile_program(RewardProgram(form), spec)(*states) if form else None
        for form in (made.looped, made.vectorised)
    ]
    return (*run, made)


def agree(text, spec, states):
    looped, vectorised, made = both(text, spec, states)
    assert vectorised is not None, made.why_not
    np.testing.assert_allclose(vectorised[0], looped[0], rtol=1e-9, atol=1e-9)
    assert list(vectorised[1]) == list(looped[1])
    for name, row in looped[1].items():
        np.testing.assert_allclose(vectorised[1][name], row, rtol=1e-9, atol=1e-9)
    return made.vectorised


BODIES = (HERE / "bodies.txt").read_text().split("\n---\n")


@pytest.mark.parametrize("body", BODIES)
def test_branches_and_arrays_have_a_batched_form(body, arm_spec, arm_samples):
    agree(method(body.strip()), arm_spec, arm_samples(50))


def test_constants_beside_the_method_may_be_read(arm_spec, arm_samples):
    text = method("return HALF * (self.goal_pos - HERE).sum()", "HALF, HERE = 0.5, np.array([1.0, 2.0, 3.0])")
    agree(text, arm_spec, arm_samples(5))


@pytest.mark.parametrize(
    ("body", "before", "why"),
    [
        ("for v in self.joint_vel:\n    if v > 0:\n        return v\nreturn 0.0", "", "loop"),
        ("return gain(self.goal_pos[0])", "def gain(x):\n    return 2 * x if x > 0 else 0.0\n", "gain"),
        ("return sum(abs(v) for v in self.joint_vel)", "", "GeneratorExp"),
        ("return self.goal_pos[int(self.object_pos[0] > 0)]", "", "an index depends on the world"),
    ],
)
def test_what_has_no_batched_form_runs_world_by_world(body, before, why, arm_spec, arm_samples):
    states = arm_samples(20)
    looped, vectorised, made = both(method(body, before), arm_spec, states)
    assert vectorised is None
    assert why in made.why_not or why == "gain"
    alone = [compile_program(RewardProgram(made.looped), arm_spec)(*states.rows([i]))[0] for i in range(20)]
    np.testing.assert_array_equal(looped[0], np.concatenate(alone))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return self.wheel[0]", r"no self.wheel; it has .*self\.gripper_pos"),
        ("return self.gripper_position[0]", r"no self.gripper_position \(did you mean self.gripper_pos"),
        ("self.best = 1.0\nreturn 0.0", "it sets self.best, but a reward keeps no state"),
        ("return obs[0]", "no obs"),
        ("return helper(self)", "self is handed on as a whole"),
        ("from scipy.spatial import distance\nreturn 0.0", "it imports scipy.spatial"),
        ("if self.goal_pos[0] > 0:\n    return 1.0, {}\nreturn 0.0", "each time the same"),
    ],
)
def test_what_the_task_does_not_have_is_named(body, reason, arm_spec):
    with pytest.raises(UntranslatableError, match=reason):
        read_step_style(ast.parse(method(body)), arm_spec)


def test_a_file_that_is_no_python_is_refused(arm_task):
    with pytest.raises(UntranslatableError, match="line 1: this is not valid Python"):
        translate("def compute_dense_reward(self, action, obs) -> float: return (", arm_task)


@pytest.fixture
def arm_task(arm_spec):
    return type("ArmTask", (), {"spec": arm_spec})


NUMBERS = ["a", "b", "self.goal_pos[0]", "self.object_pos[2]", "action[1]", "0.5"]


@st.composite
def statements(draw, depth=0):
    """Lines of assignments and nested branches, with early returns here and there."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        name, left, right = draw(st.sampled_from("ab")), *(draw(st.sampled_from(NUMBERS)) for _ in range(2))
        kind = draw(st.sampled_from(["set", "add", "if"] if depth < 3 else ["set", "add"]))
        if kind == "set":
            lines.append(f"{name} = {left} * {right} - {draw(st.sampled_from(NUMBERS))}")
        elif kind == "add":
            lines.append(f"{name} += min({left}, {right})")
        else:
            lines.append(f"if {left} < {right}:")
            lines += [f"    {line}" for line in draw(statements(depth + 1))]
            if draw(st.booleans()):
                lines.append("else:")
                lines += [f"    {line}" for line in draw(statements(depth + 1))]
    if depth and draw(st.integers(0, 3)) == 0:
        lines.append(f"return {draw(st.sampled_from(NUMBERS))}")
    return lines


@given(lines=statements())
@settings(max_examples=60, deadline=None)
def test_any_nest_of_branches_pays_the_same_in_both_forms(lines, arm_spec, arm_samples):
    body = "\n".join(["a, b = 0.0, self.goal_pos[1]", *lines, "return a + 2 * b"])
    try:
        agree(method(body), arm_spec, arm_samples(40))
    except RewardFault as fault:
        # Branches are computed both ways, so deep nests outgrow what a program may hold.
        assume("syntax nodes" not in fault.reason)
        raise
