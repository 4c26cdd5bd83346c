import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import task_class
from rewardsmith.reward_gen import Findings, GrammarProposer, RewardProgram, fingerprint

HEAD = "def compute_reward(obs, action, next_obs, xp):\n"


def drawn(seed: int, count: int = 1) -> list[RewardProgram]:
    spec = task_class("drawer-open").spec
    proposals = GrammarProposer().propose(spec, Findings(), count, np.random.default_rng(seed))
    return [proposal.outcome for proposal in proposals]


def marked(body: str) -> str:
    return fingerprint(RewardProgram(HEAD + body))


class Renamed(ast.NodeTransformer):
    def visit_Name(self, node):
        kept = node.id in ("obs", "action", "next_obs", "xp", "compute_reward", "len", "float")
        return node if kept else ast.Name(f"other_{node.id}", node.ctx)


@given(st.integers(0, 10_000))
def test_layout_comments_and_names_do_not_matter(seed):
    (program,) = drawn(seed)
    again = ast.unparse(Renamed().visit(ast.parse(program.text)))
    assert fingerprint(RewardProgram(f"# another hand\n{again}")) == fingerprint(program)


def test_different_programs_differ():
    programs = drawn(0, 100)
    assert len({fingerprint(program) for program in programs}) == len({p.text for p in programs})


@pytest.mark.parametrize(
    "body",
    [
        "    a = obs.x\n    return a, {'b': a}\n",
        "    '''Why.'''\n    b = obs.x\n    return b, {'c': b}\n",
        "    a = (obs.x)  # why\n\n    return a, {'other': a}\n",
    ],
)
def test_what_does_not_change_the_reward_is_left_out(body):
    assert marked(body) == marked("    near = obs.x\n    return near, {'near': near}\n")


@pytest.mark.parametrize(
    "body",
    [
        "    near = obs.y\n    return near, {'near': near}\n",
        "    near = next_obs.x\n    return near, {'near': near}\n",
        "    near = obs.x\n    return 2 * near, {'near': near}\n",
        "    near = obs.x\n    far = near\n    return near, {'near': near, 'far': far}\n",
        "    near = xp.sum(obs.x, axis=-1)\n    return near, {'near': near}\n",
    ],
)
def test_what_changes_it_counts(body):
    assert marked(body) != marked("    near = obs.x\n    return near, {'near': near}\n")


def test_a_librarys_keyword_is_no_variable():
    first = "    axis = -1\n    near = xp.sum(obs.x, axis=axis)\n    return near, {'near': near}\n"
    second = (
        "    keepdims = -1\n    near = xp.sum(obs.x, keepdims=keepdims)\n    return near, {'near': near}\n"
    )
    assert marked(first) != marked(second)


def test_helpers_may_have_any_name():
    def text(helper: str, parameter: str) -> RewardProgram:
        call = f"    a = {helper}({parameter}=obs.x)\n    return a, {{'a': a}}\n"
        return RewardProgram(f"def {helper}({parameter}):\n    return -{parameter}\n\n{HEAD}{call}")

    assert fingerprint(text("negative", "x")) == fingerprint(text("minus", "value"))
