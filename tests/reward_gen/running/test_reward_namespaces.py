"""The same program text means the same on NumPy and on torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.checking.extract import extract
from rewardsmith.reward_gen.checking.surface import (
    ARRAY_ATTRIBUTES,
    ARRAY_METHODS,
    CONSTANTS,
    DTYPES,
    FUNCTIONS,
    LINALG,
)
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.running.namespace import NUMPY
from rewardsmith.reward_gen.running.torch_namespace import as_array, torch_namespace
from rewardsmith.reward_gen.running.torch_reward import TorchReward
from rewardsmith.reward_gen.verdict import RewardFault

TORCH = torch_namespace()

ONE = """abs absolute arcsinh arctan ceil cos cosh deg2rad degrees exp exp2 expm1 floor isfinite isinf isnan
    log log10 log1p log2 logical_not nan_to_num negative rad2deg radians reciprocal rint round sign sin sinh
    sqrt square tan tanh trunc all amax amin any argmax argmin argsort count_nonzero cumprod cumsum diff max
    mean median min nanmax nanmean nanmin nansum prod sort std sum var atleast_1d atleast_2d ravel squeeze
    transpose array asarray ones_like zeros_like arccos arcsin arctanh arccosh""".split()
TWO = """add arctan2 copysign divide equal float_power floor_divide fmax fmin greater greater_equal heaviside
    hypot isclose less less_equal logaddexp logical_and logical_or logical_xor maximum minimum mod multiply
    not_equal power remainder subtract true_divide allclose cross inner""".split()
CALLS = {
    **{name: f"xp.{name}(x)" for name in ONE},
    **{name: f"xp.{name}(x, y)" for name in TWO},
    "where": "xp.where(x > 1.0, x, 0.0)",
    "clip": "xp.clip(x, 0.5, 1.5)",
    "concatenate": "xp.concatenate([x, y], axis=-1)",
    "stack": "xp.stack([x, y], axis=-1)",
    "hstack": "xp.hstack([x, y])",
    "vstack": "xp.vstack([x, y])",
    "broadcast_to": "xp.broadcast_to(x[:, :1], x.shape)",
    "expand_dims": "xp.expand_dims(x, 0)",
    "flip": "xp.flip(x, axis=-1)",
    "moveaxis": "xp.moveaxis(x, 0, 1)",
    "swapaxes": "xp.swapaxes(x, 0, 1)",
    "repeat": "xp.repeat(x, 2, axis=-1)",
    "tile": "xp.tile(x, (2, 1))",
    "reshape": "xp.reshape(x, (-1,))",
    "roll": "xp.roll(x, 1, axis=0)",
    "take": "xp.take(x, 0, axis=-1)",
    "take_along_axis": "xp.take_along_axis(x, xp.argsort(x, axis=-1), axis=-1)",
    "arange": "xp.arange(5)",
    "eye": "xp.eye(3)",
    "full": "xp.full(x.shape, 1.5)",
    "full_like": "xp.full_like(x, 1.5)",
    "linspace": "xp.linspace(0.0, 1.0, 5)",
    "ones": "xp.ones(x.shape)",
    "zeros": "xp.zeros(x.shape[0])",
    "dot": "xp.dot(x, xp.eye(3))",
    "matmul": "xp.matmul(x, xp.eye(3))",
    "einsum": "xp.einsum('bi,bi->b', x, y)",
    "outer": "xp.outer(x[:, 0], y[:, 0])",
}
REDUCED = """all amax amin any argmax argmin max mean median min nanmax nanmean nanmin nansum prod std sum
    var""".split()
METHODS = {
    **{name: f"x.{name}()" for name in ARRAY_METHODS},
    "astype": "x.astype(xp.int64)",
    "clip": "x.clip(0.5, 1.5)",
    "dot": "x.dot(xp.eye(3))",
    "item": "x[0, 0].item()",
    "reshape": "x.reshape(-1)",
    "round": "x.round(1)",
    "swapaxes": "x.swapaxes(0, 1)",
}
IDIOMS = [
    "1.0 - (x > 1.0)",
    "(x > 1.0) & (y > 1.0)",
    "~(x > 1.0) * 2.0",
    "xp.maximum(x - 1.0, 0.0)",
    "xp.minimum(1.0, x)",
    "xp.linalg.norm(x - y, axis=-1, keepdims=True)",
    "xp.exp(-2.0)",
    "xp.sqrt(2.0) * x",
    "sum(w * x[:, i] for i, w in enumerate((1.0, 0.5)))",
    "xp.where(x[:, 0] > 1.0, 1, 0) / 2",
    "xp.mean(x > 1.0, axis=-1)",
    "xp.sum(x > 1.0, axis=-1) / 3",
    "x[:, None, :] - y[None, :, :]",
    "xp.array([1.0, 2.0, 3.0]) * x",
    "xp.stack([x[:, 0], x[:, 1]], axis=-1).mean(axis=-1)",
    "x[x > 1.0]",
    "xp.pi * x",
    "x ** 2 % 0.7 // 0.2",
    "xp.max(x, axis=(0, 1))",
    "xp.zeros(len(x)) + x.shape[0] + x.ndim + x.size",
]
expressions = [
    *CALLS.values(),
    *METHODS.values(),
    *(f"xp.{name}(x, axis=-1)" for name in REDUCED),
    *(f"x.{name}(axis=0)" for name in REDUCED if name in ARRAY_METHODS),
    *IDIOMS,
]


def evaluate(expression, xp, x, y):
    return eval(expression, {"xp": xp, "x": x, "y": y})


def plain(value):
    return np.asarray(value.numpy() if isinstance(value, torch.Tensor) else value)


def test_every_name_has_a_call_here():
    assert set(CALLS) == set(FUNCTIONS)
    assert set(METHODS) == set(ARRAY_METHODS)


def test_both_namespaces_offer_the_same_names():
    assert set(vars(NUMPY)) == set(vars(TORCH)) == {*FUNCTIONS, *DTYPES, *CONSTANTS, "linalg"}
    assert set(vars(NUMPY.linalg)) == set(vars(TORCH.linalg)) == LINALG


@pytest.mark.parametrize("expression", sorted(set(expressions)))
def test_numpy_and_torch_agree(expression):
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0.1, 2.0, (2, 5, 3))
    with np.errstate(all="ignore"):
        expected = np.asarray(evaluate(expression, NUMPY, x, y))
    found = plain(evaluate(expression, TORCH, as_array(x), as_array(y)))
    assert found.shape == expected.shape
    assert found.dtype.kind == expected.dtype.kind
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_chains_of_operations_agree(data, seed, worlds):
    x, y = np.random.default_rng(seed).uniform(-2.0, 2.0, (2, worlds, 3))
    smooth = st.sampled_from(
        ["xp.tanh({})", "xp.abs({})", "xp.exp(-xp.square({}))", "xp.maximum({}, y)", "{} * (y > 0)"]
    )
    expression = "x"
    for shape in data.draw(st.lists(smooth, min_size=1, max_size=5)):
        expression = shape.format(expression)
    expression = f"xp.linalg.norm({expression}, axis=-1)"
    found = plain(evaluate(expression, TORCH, as_array(x), as_array(y)))
    np.testing.assert_allclose(found, evaluate(expression, NUMPY, x, y), rtol=1e-12, atol=1e-12)


def test_attributes_agree():
    x = np.ones((4, 3))
    for name in sorted(ARRAY_ATTRIBUTES - {"dtype", "T"}):
        assert getattr(as_array(x), name) == getattr(x, name)
    assert as_array(x).T.shape == (3, 4)


def test_every_honest_program_of_the_corpus_gives_the_same_on_torch(hostile_records, arm_spec, arm_samples):
    transition = arm_samples(9)
    tensors = [
        {k: torch.tensor(v) for k, v in view.arrays().items()}
        for view in (transition.obs, transition.next_obs)
    ]
    honest = [r for r in hostile_records if r["expected"] == "accept"]
    assert len(honest) == 27
    for record in honest:
        program = RewardProgram(extract(record["code"]))
        expected, expected_terms = compile_program(program, arm_spec)(*transition)
        reward, terms = TorchReward(program, arm_spec)(
            tensors[0], torch.tensor(transition.action), tensors[1]
        )
        np.testing.assert_allclose(reward.numpy(), expected, rtol=1e-12, atol=1e-12, err_msg=record["id"])
        assert list(terms) == list(expected_terms)
        for name, values in terms.items():
            np.testing.assert_allclose(values.numpy(), expected_terms[name], rtol=1e-12, atol=1e-12)


def test_a_program_on_torch_leaves_the_arguments_alone(arm_spec, arm_samples):
    text = (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    g = obs.goal_pos.reshape(-1, 3)\n"
        "    g[:] = 0.0\n"
        "    return g[:, 0], {'x': g[:, 0]}\n"
    )
    fields = {name: torch.tensor(array) for name, array in arm_samples(3).obs.arrays().items()}
    kept = fields["goal_pos"].clone()
    TorchReward(RewardProgram(text), arm_spec)(fields, torch.zeros(3, 4), fields)
    assert torch.equal(fields["goal_pos"], kept)


def test_a_wrong_shape_on_torch_is_a_fault(arm_spec, arm_samples):
    text = "def compute_reward(obs, action, next_obs, xp):\n    r = xp.mean(action)\n    return r, {'x': r}\n"
    fields = {name: torch.tensor(array) for name, array in arm_samples(3).obs.arrays().items()}
    with pytest.raises(RewardFault, match="the reward is"):
        TorchReward(RewardProgram(text), arm_spec)(fields, torch.zeros(3, 4), fields)
