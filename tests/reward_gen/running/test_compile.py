import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs.records import Transition
from rewardsmith.envs.spec import ActionSpec, Field, TaskSpec
from rewardsmith.envs.views import FieldView
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.running.torch_reward import TorchReward
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import RewardFault

HEAD = "def compute_reward(obs, action, next_obs, xp):\n    d = xp.sum(obs.goal_pos, axis=-1)\n"


def run(body, spec, transition, before=""):
    return compile_program(RewardProgram(f"{before}{HEAD}{body}"), spec)(*transition)


def test_a_program_computes_what_it_says(arm_spec, arm_samples, reach_text):
    obs, action, next_obs = arm_samples(7)
    reward, terms = compile_program(RewardProgram(reach_text), arm_spec)(obs, action, next_obs)
    distance = np.linalg.norm(next_obs.gripper_pos - next_obs.object_pos, axis=-1)
    np.testing.assert_array_equal(terms["reach"], np.exp(-distance))
    np.testing.assert_array_equal(reward, np.exp(-distance) - 0.01 * np.sum(action**2, axis=-1))
    assert list(terms) == ["reach", "ctrl"]


@given(worlds=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_a_compiled_reward_is_pure_and_owns_its_result(arm_spec, arm_samples, reach_text, worlds, seed):
    reward = compile_program(RewardProgram(reach_text), arm_spec)
    transition = arm_samples(worlds, seed=seed)
    before = [array.tobytes() for array in (*transition.obs.arrays().values(), transition.action)]
    first, terms = reward(*transition)
    kept = first.tobytes()
    for array in (first, *terms.values()):
        array[:] = -1.0
    again, _ = reward(*transition)
    assert again.tobytes() == kept
    assert [array.tobytes() for array in (*transition.obs.arrays().values(), transition.action)] == before


def test_bool_and_integer_results_become_float64(arm_spec, arm_samples):
    reward, terms = run(
        "    return d > 0, {'near': d > 0, 'n': xp.argmax(action, axis=-1)}\n", arm_spec, arm_samples(5)
    )
    assert {array.dtype for array in (reward, *terms.values())} == {np.dtype(np.float64)}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    return xp.mean(d), {'x': d}\n", r"the reward has shape \(\), expected \(B,\) = \(5,\)"),
        ("    return d[:, None], {'x': d}\n", r"shape \(5, 1\)"),
        ("    return d, {'x': 1.0}\n", "the term x is a float"),
        ("    return d, {'x': xp.log(-d * d)}\n", "the term x is NaN in 5 of 5 worlds"),
        ("    return d * 1e300, {'x': d}\n", "infinite as a float32"),
        ("    return d + (-8.0) ** (1.0 / 3.0), {'x': d}\n", "expected real numbers"),
        ("    if d > 0:\n        d = -d\n    return d, {'x': d}\n", "line 4: ValueError.*write xp.where"),
        ("    return d, {'reward': d}\n", "taken by the total"),
        ("    t = (d, {}, d)\n    return t\n", "return a pair"),
        ("    t = {str_: d for str_ in range(2)}\n    return d, t\n", "not a plain word"),
        ("    t = {f'x{i}': d for i in range(40)}\n    return d, t\n", "40 terms"),
        ("    assert d.ndim == 2, 'batched'\n    return d, {'x': d}\n", "line 4: AssertionError: batched"),
        ("    h = W\n    h.append(1.0)\n    return d, {'x': d}\n", "has no attribute 'append'"),
    ],
)
def test_a_faulty_result_is_a_fault_and_never_a_zero(body, reason, arm_spec, arm_samples):
    with pytest.raises(RewardFault, match=reason) as caught:
        run(body, arm_spec, arm_samples(5), before="W = [1.0]\n")
    assert caught.value.stage == "runtime"


def test_a_refused_program_is_never_compiled(arm_spec):
    with pytest.raises(RewardFault, match="import os") as caught:
        compile_program(RewardProgram("import os\n" + HEAD + "    return d, {}\n"), arm_spec)
    assert caught.value.stage == "static"


def test_faulty_constants_are_a_fault(arm_spec):
    with pytest.raises(RewardFault, match="line 1: ZeroDivisionError"):
        compile_program(RewardProgram("K = 1.0 / 0.0\n" + HEAD + "    return K * d, {}\n"), arm_spec)


def test_discrete_actions_and_categories_arrive_as_integers():
    spec = TaskSpec(
        "pick", "", (Field("slot", "", kind="category", categories=4),), ActionSpec("discrete", 4, ""), 9
    )
    view = FieldView({"slot": np.array([0, 1, 2])})
    text = (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    hit = action == obs.slot\n"
        "    return hit, {'hit': hit}\n"
    )
    reward, _ = compile_program(RewardProgram(text), spec)(*Transition(view, np.array([0, 0, 2]), view))
    np.testing.assert_array_equal(reward, [1.0, 0.0, 1.0])


def test_several_choices_at_once_arrive_as_integer_columns_in_the_open_behind_the_seal_and_on_torch():
    spec = TaskSpec(
        "set",
        "",
        (Field("wheels", "", (2,), kind="category", categories=4),),
        ActionSpec("multi_discrete", 2, "", choices=(4, 2)),
        9,
    )
    program = RewardProgram(
        "TABLE = [0.0, 10.0, 20.0, 30.0]\n"
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    hit = xp.sum(xp.where(action == obs.wheels, 1.0, 0.0), axis=-1)\n"
        "    paid = xp.take(xp.array(TABLE), action[:, 0])\n"
        "    return hit + paid, {'hit': hit, 'paid': paid}\n"
    )
    view = FieldView({"wheels": np.array([[0, 1], [1, 1], [2, 0]])})
    actions = np.array([[0, 1], [3, 1], [1, 1]])
    expected = [2.0, 31.0, 10.0]
    np.testing.assert_array_equal(compile_program(program, spec)(view, actions, view)[0], expected)
    with SealedReward(program, spec) as sealed:
        np.testing.assert_array_equal(sealed(view, actions, view)[0], expected)
        with pytest.raises(ValueError, match=r"an array \(3,\), not \(3, 2\)"):
            sealed(view, actions[:, 0], view)
    tensors = {"wheels": torch.from_numpy(view.wheels.copy())}
    on_torch = TorchReward(program, spec)(tensors, torch.from_numpy(actions), tensors)[0]
    np.testing.assert_array_equal(on_torch.numpy(), expected)
