import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.reward_gen.checking.allowlist import MAX_BYTES, check_static
from rewardsmith.reward_gen.verdict import Rejected


def program(*body, before=""):
    lines = "".join(f"    {line}\n" for line in body)
    return f"{before}def compute_reward(obs, action, next_obs, xp):\n{lines}    return r, {{'r_term': r}}\n"


D = "r = xp.linalg.norm(obs.gripper_pos, axis=-1)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            program("r = obs.griper_pos[:, 0]"),
            "line 2: obs has no field griper_pos (did you mean gripper_pos",
        ),
        (program("r = xp.norm(obs.goal_pos)"), "write xp.linalg.norm"),
        (program("r = xp.sum(obs.goal_pos, dim=-1)"), "line 2: the keyword dim is not allowed; write axis"),
        (program(D, "r = r.astype('O')"), "line 3: a type is written as xp.float64"),
        (program(D, "r = r * xp.random.rand()"), "pure function without randomness"),
        (program(D, "while True:", "    r = r + 1"), "line 3: `while` may never end"),
        (program(D, "print(r)"), "a reward prints nothing"),
        (program(D, "r = r ** 1000"), "exponent beyond 64"),
        (program(D, "r = r + 10 ** 12"), "out of bounds"),
        (program(D, "for i in range(10 ** 5):", "    r = r + i"), "a range beyond 10000"),
        (program("g = obs.goal_pos", "g[:, 0] += 1.0", D), "g belongs to the arguments"),
        (program("g = obs.goal_pos", "g[:] = 1.0", D), "g belongs to the arguments"),
        (program("action[:] = 0.0", D), "action belongs to the arguments"),
        (program("LOG.append(1.0)", D, before="LOG = []\n"), "LOG outlives the call"),
        (program("h = lambda k: h(k - 1)", D), "h calls itself"),
        (program(D, before="def a(x):\n    return b(x)\ndef b(x):\n    return a(x)\n"), "a calls itself"),
        (program("xp = 1", D), "xp may not be assigned"),
        (program("both = (obs, next_obs)", D), "obs may only be read from"),
        (program(D, "s = f'{r:>99999999}'"), "format specifications"),
        (program(D, before="if True:\n    X = 1\n"), "at the top level only constants"),
        (program(D, before="def h(x, acc=[]):\n    return x\n"), "a default value is a plain number"),
        (program(D).replace("xp):", "xp, info):"), "write def compute_reward(obs, action, next_obs, xp)"),
        (program(D).replace("'r_term'", "'two words'"), "not a plain word"),
        ("x = 1\n", "there is no function compute_reward"),
        ("# coding: latin-1\n" + program(D), "programs are UTF-8"),
        (program(D, *["r = r + 1.0"] * 4000), f"at most {MAX_BYTES}"),
        (program(D, "r = r" + " + 1" * 150), "nested deeper"),
        (program(D, "r = r + " + "-" * 8000 + "1"), "nested too deeply"),
    ],
)
def test_a_refusal_names_line_rule_and_remedy(text, reason, arm_spec):
    verdict = check_static(text, arm_spec)
    assert isinstance(verdict, Rejected)
    assert verdict.stage == "static"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        program(
            "d = dist(obs.goal_pos)",
            "r = d",
            before="def dist(a):\n    dist = a.sum(axis=-1)\n    return dist\n",
        ),
        program("r = late(obs, xp)") + "def late(o, xp):\n    return xp.sum(o.goal_pos, axis=-1)\n",
        program("action = xp.clip(action, -1.0, 1.0)", "action *= 2.0", "r = action[:, 0] * 1.0"),
        program("n = obs.goal_pos.shape[0]", "n += 1", D),
        program("r = -0.01 * sum(k * obs.joint_vel[:, i] for i, k in enumerate((1.0, 2.0)))"),
        program(D).replace("xp):", "xp) -> tuple[np.ndarray, dict]:"),
        program("r: 'np.ndarray' = obs.goal_pos[:, 0]"),
        program(D, "terms = {f'part_{i}': r for i in range(3)}"),
    ],
)
def test_honest_idioms_pass(text, arm_spec):
    assert isinstance(check_static(text, arm_spec), ast.Module)


@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(arm_spec, text):
    verdict = check_static(text, arm_spec)
    assert isinstance(verdict, Rejected)
    assert verdict.reason


def test_many_faults_are_reported_together_but_not_all(arm_spec):
    verdict = check_static(program(D, *(f"r = r + unknown_{i}" for i in range(9))), arm_spec)
    assert isinstance(verdict, Rejected)
    assert "unknown_0" in verdict.reason and "unknown_2" in verdict.reason
    assert verdict.reason.endswith("and 6 more")
