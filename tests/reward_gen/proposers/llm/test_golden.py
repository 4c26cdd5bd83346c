"""The golden files are rewritten by ``PYTHONPATH=tests/support python <this file>``; read the diff then."""

from pathlib import Path

import numpy as np
import pytest
from prompt_tasks import COMMENTS, FAILURES, ROBOT, TEXT, findings

from rewardsmith.envs import task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.anonymous import hidden_names, hide_findings, hide_spec
from rewardsmith.reward_gen.proposers.llm.eureka import Eureka
from rewardsmith.reward_gen.proposers.llm.library import Library, Solved
from rewardsmith.reward_gen.proposers.llm.operators import SHARES, Operators
from rewardsmith.reward_gen.proposers.llm.text2reward import Text2Reward

GOLDEN = Path(__file__).with_name("golden")
TASKS = {"robot": ROBOT, "text": TEXT}
SOLVED = Library(
    Solved(task_class(name).spec, RewardProgram(task_class(name).human_reward_path().read_text()))
    for name in ("reach", "twenty-questions-easy")
)
FEW_SHOT, ZERO_SHOT = Text2Reward(1, SOLVED), Text2Reward(0)


def only(operator):
    return Operators({"tune": 0.0, operator: 1.0} if operator != "cross" else {"tune": 1e-9, "cross": 1.0})


def cases():
    """Name -> style, task, findings."""
    found = {}
    for name, spec in TASKS.items():
        found[f"eureka_first_{name}"] = Eureka(), spec, findings(spec)
        found[f"eureka_improve_{name}"] = Eureka(0.0), spec, findings(spec, 1, FAILURES, COMMENTS)
        found[f"eureka_combine_{name}"] = Eureka(1.0), spec, findings(spec, 2)
        found[f"text2reward_zero_shot_{name}"] = ZERO_SHOT, spec, findings(spec)
        found[f"text2reward_few_shot_{name}"] = FEW_SHOT, spec, findings(spec)
        found[f"text2reward_refine_{name}"] = ZERO_SHOT, spec, findings(spec, 1, comments=COMMENTS)
        for operator in SHARES:
            found[f"operators_{operator}_{name}"] = only(operator), spec, findings(spec, 2)
        names = hidden_names(spec)
        hidden = hide_findings(findings(spec, 1, FAILURES, COMMENTS), names)
        found[f"anonymous_improve_{name}"] = Eureka(), hide_spec(spec, names), hidden
        found[f"anonymous_zero_shot_{name}"] = ZERO_SHOT, hide_spec(spec, names), findings(spec)
    return found


CASES = cases()


def planned(case):
    style, spec, known = CASES[case]
    return style.plan(spec, known, np.random.default_rng(0))


def golden(name):
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_prompt_equals_its_golden_file(case):
    plan = planned(case)
    system, user = plan.messages
    assert user == {"role": "user", "content": golden(case)}
    assert system == {"role": "system", "content": golden("system")}


@pytest.mark.parametrize("case", CASES)
def test_the_operator_is_the_one_of_the_golden_file(case):
    operator = planned(case).operator.replace("-", "_")
    assert operator in case or (operator, case[:9]) == ("first", "anonymous")


def test_there_is_no_golden_file_without_a_prompt():
    assert {path.stem for path in GOLDEN.glob("*")} == {*CASES, "system"}


if __name__ == "__main__":
    for old in GOLDEN.glob("*"):
        old.unlink()
    for name in CASES:
        (GOLDEN / f"{name}.txt").write_text(planned(name).messages[1]["content"], encoding="utf-8")
    (GOLDEN / "system.txt").write_text(planned(name).messages[0]["content"], encoding="utf-8")
