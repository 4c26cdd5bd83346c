import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Field, TaskSpec
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.file_proposer import FileProposer
from rewardsmith.reward_gen.proposers.proposer import Failure, Findings, Parent, ProposerError

SPEC = TaskSpec("toy", "Move.", (Field("position", "place"),), ActionSpec("box", 1, "push"), 10)


def propose(proposer, n, parents=(), failures=()):
    return proposer.propose(SPEC, Findings(tuple(parents), tuple(failures)), n, np.random.default_rng(0))


def test_folder_is_replayed_in_name_order_and_from_the_start_again(tmp_path):
    for name in ("b.py", "a.reward.py", "notes.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    proposals = propose(FileProposer(tmp_path), 3)
    assert [proposal.answer for proposal in proposals] == ["# a.reward.py\n", "# b.py\n", "# a.reward.py\n"]
    assert [proposal.outcome.name for proposal in proposals[:2]] == ["a", "b"]


def test_one_file_is_one_program(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("x = 'é'\n", encoding="utf-8")
    (proposal,) = propose(FileProposer(str(file)), 1)
    assert proposal.outcome == RewardProgram("x = 'é'\n", name="mine", origin=str(file))


def test_programs_that_were_tried_come_last(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.py").write_text(name)
    parents = [Parent(RewardProgram("a"), 1.0, "", None, 0)]
    failures = [Failure("b", "static", "no")]
    assert [p.answer for p in propose(FileProposer(tmp_path), 3, parents, failures)] == ["c", "a", "b"]


@pytest.mark.parametrize("missing", ["nowhere", "empty", "notes.txt"])
def test_nothing_to_replay_is_one_clear_line(tmp_path, missing):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ProposerError, match=rf"(?s)\.py.*{missing}|{missing}.*\.py") as caught:
        FileProposer(tmp_path / missing)
    assert "\n" not in str(caught.value)


def test_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "odd.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProposerError, match=r"odd\.py is not UTF-8"):
        FileProposer(tmp_path)
