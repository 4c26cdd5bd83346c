"""The golden files are rewritten by ``PYTHONPATH=tests/support python <this file>``; read the diff then."""

from pathlib import Path

import numpy as np
import pytest
from prompt_tasks import COMMENTS, FAILURES, ROBOT, TEXT, findings

from rewardsmith.reward_gen.proposers.llm.latent import Latent

GOLDEN = Path(__file__).with_name("golden_latent")
CASES = {
    f"{operator}_{name}": (spec, known)
    for name, spec in {"robot": ROBOT, "text": TEXT}.items()
    for operator, known in {
        "first": findings(spec),
        "improve": findings(spec, 1, FAILURES, COMMENTS),
    }.items()
}


def planned(case):
    spec, known = CASES[case]
    return Latent().plan(spec, known, np.random.default_rng(0))


@pytest.mark.parametrize("case", CASES)
def test_prompt_equals_its_golden_file(case):
    plan = planned(case)
    assert plan.messages[1]["content"] == (GOLDEN / f"{case}.md").read_text(encoding="utf-8")
    assert case.startswith(plan.operator)


def test_there_is_no_golden_file_without_a_prompt():
    assert {path.stem for path in GOLDEN.glob("*")} == set(CASES)


if __name__ == "__main__":
    for case in CASES:
        (GOLDEN / f"{case}.md").write_text(planned(case).messages[1]["content"], encoding="utf-8")
