import json

from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.verdict import Accepted, Rejected, RewardFault


@given(st.builds(RewardProgram, st.text(), st.text(), st.text()))
def test_a_program_survives_json(program):
    assert RewardProgram.from_dict(json.loads(json.dumps(program.to_dict()))) == program


@given(st.text(), st.text())
def test_the_digest_depends_on_the_text_alone(first, second):
    assert (RewardProgram(first, "a").digest == RewardProgram(second, "b").digest) == (first == second)


def test_verdicts_read_as_one_line():
    assert str(Accepted(RewardProgram("x", "mine"))) == "accepted: mine"
    assert str(Rejected("static", "line 3: no")) == "rejected at static: line 3: no"
    assert str(RewardFault("runtime", "too slow")) == "the reward failed (runtime): too slow"
    assert RewardFault("runtime", "too slow").rejected() == Rejected("runtime", "too slow")
