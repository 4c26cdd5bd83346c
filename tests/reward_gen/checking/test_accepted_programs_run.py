"""Whatever text comes, there is a verdict; what is accepted compiles, and runs or ends as a RewardFault."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.verdict import Rejected, RewardFault

names = st.sampled_from(["d", "x", "r", "k", "h", "W", "obs", "xp", "action"])
atoms = st.one_of(
    names,
    st.sampled_from(
        ["1.0", "2", "0.0", "None", "True", "'a'", "()", "[]", "{}", "...", "obs.goal_pos", "xp.pi"]
    ),
)


def compound(inner):
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"({p[0]} + {p[1]})"),
        two.map(lambda p: f"({p[0]} ** {p[1]})"),
        two.map(lambda p: f"({p[0]} if {p[1]} else 1.0)"),
        two.map(lambda p: f"{p[0]}[{p[1]}]"),
        two.map(lambda p: f"xp.where({p[0]}, {p[1]}, 1.0)"),
        two.map(lambda p: f"(lambda k={p[0]}: {p[1]})()"),
        two.map(lambda p: f"[{p[0]} for k in ({p[1]}, 1.0)]"),
        inner.map(lambda p: f"xp.sum({p}, axis=-1)"),
        inner.map(lambda p: f"h({p})"),
        inner.map(lambda p: f"{p}.T"),
        inner.map(lambda p: f"(k := {p})"),
        inner.map(lambda p: f"f'{{{p}}}'"),
        inner.map(lambda p: f"not {p}"),
        inner.map(lambda p: f"dict(a={p})"),
    )


expressions = st.recursive(atoms, compound, max_leaves=8)
statements = st.one_of(
    st.tuples(names, expressions).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(names, expressions).map(lambda p: f"{p[0]} += {p[1]}"),
    st.tuples(names, expressions, expressions).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    expressions.map(lambda e: f"for x in {e}: pass"),
    expressions.map(lambda e: f"if {e}: break"),
    expressions.map(lambda e: f"assert {e}"),
)
bodies = st.lists(statements, max_size=4)


def program(top, body):
    lines = "".join(f"    {line}\n" for line in ["d = r = x = obs.goal_pos[:, 0]", *body])
    return (
        "".join(f"{line}\n" for line in ["W = (1.0, 2.0)", *top])
        + "def h(x):\n    return x\n"
        + f"def compute_reward(obs, action, next_obs, xp):\n{lines}    return r, {{'d': d}}\n"
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(top=st.lists(st.tuples(names, expressions).map(lambda p: f"{p[0]} = {p[1]}"), max_size=2), body=bodies)
def test_what_is_accepted_runs_or_ends_as_a_fault(top, body, arm_spec, arm_samples):
    text = program(top, body)
    if isinstance(check_static(text, arm_spec), Rejected):
        return
    try:
        reward, _ = compile_program(RewardProgram(text), arm_spec)(*arm_samples(5))
    except RewardFault as fault:
        assert fault.stage == "runtime" and fault.reason
    else:
        assert reward.shape == (5,) and np.isfinite(reward).all()
