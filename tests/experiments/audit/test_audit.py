import numpy as np
import pytest

from rewardsmith.envs import Evaluation, TrainingTrace, UserError, task_class
from rewardsmith.experiments.audit import audit
from rewardsmith.experiments.audit.folder import over_trainings, read
from rewardsmith.experiments.cli import main
from rewardsmith.experiments.store import Candidate, Run, Store
from rewardsmith.experiments.store.trajectories import Trajectories
from rewardsmith.experiments.worth.evidence import scripted_play
from rewardsmith.reward_gen import resolve_reward

TASK = task_class("gameable-sycophant")
CHECKS = ["return against success", "over training", "terms", "features", "loops", "red team"]


def trace(success):
    paid = np.stack([np.zeros(len(success)), np.arange(len(success)), np.ones(len(success))], axis=1)
    return TrainingTrace(np.arange(len(success)) * 100, np.asarray(success, float), {"reward": paid})


def test_a_page_says_what_was_found_and_by_what(tmp_path, capsys):
    page = tmp_path / "page.md"
    assert main(["audit", "proxy", "--task", "gameable-sycophant", "--out", str(page)]) == 1
    printed = capsys.readouterr().out
    assert page.read_text() == printed
    assert printed.startswith("# Audit of proxy on gameable-sycophant\n\n")
    assert [f"| {check} |" in printed for check in CHECKS] == [True] * len(CHECKS)
    assert "| red team | **look** | an episode without success is paid" in printed


def test_a_sound_reward_is_clean():
    report = audit(resolve_reward("human", TASK), TASK, trusted=True)
    assert [finding.check for finding in report.findings] == CHECKS
    assert not report.suspicious
    assert "Nothing suspicious in 6 checks." in report.to_markdown()


def test_bad_input_is_told_from_a_bad_reward(tmp_path, capsys):
    arguments = ["--task", "gameable-sycophant"]
    assert main(["audit", "sparse", *arguments]) == 2
    assert main(["audit", str(tmp_path / "none.py"), *arguments]) == 2
    assert main(["audit", "human", "--nuisance", "colour", *arguments]) == 2
    assert main(["audit", "human", "--agents", str(tmp_path / "empty"), *arguments]) == 2
    broken = tmp_path / "broken.py"
    broken.write_text("def compute_reward(obs, action, next_obs, xp):\n    return obs.colour, {}\n")
    assert main(["audit", str(broken), *arguments]) == 2
    assert "cannot be audited" in capsys.readouterr().err


def test_a_program_of_ones_own_runs_behind_the_seal(tmp_path, capsys):
    own = tmp_path / "own.py"
    own.write_text(resolve_reward("proxy", TASK).text)
    assert main(["audit", str(own), "--task", "gameable-sycophant"]) == 1
    assert "Audit of own on gameable-sycophant" in capsys.readouterr().out


def test_training_in_which_success_fell_or_never_came_while_the_reward_rose_is_flagged():
    assert over_trainings([trace([0.1, 0.5, 0.9, 0.9, 0.5, 0.3, 0.2, 0.1])]).suspicious
    assert not over_trainings([trace([0.1, 0.5, 0.9, 0.9, 0.85, 0.95, 0.9, 0.95])]).suspicious
    assert over_trainings([trace([0.0, 0.0, 0.05, 0.0, 0.0])]).summary.startswith(
        "the reward rose and success"
    )
    assert not over_trainings([]).suspicious


def test_a_folder_gives_episodes_and_the_trainings_on_the_same_program(tmp_path):
    program = resolve_reward("proxy", TASK)
    played = scripted_play(TASK, 6, 0)
    evaluation = Evaluation(np.arange(6), played.episodes.success, played.metric, played.episodes.lengths)
    # Kept episodes are the first successes and failures; here they are all.
    with_trace = Candidate(0, 0, "trained", "", program, evaluation=evaluation, trace=trace([0.9, 0.1]))
    other = Candidate(1, 0, "rejected", "", resolve_reward("human", TASK))
    settings = {"task": TASK.spec.name, "search": "evolve", "seed": 0, "algo": None, "horizon": None}
    with Store.open_to_write(tmp_path) as store:
        store.bind(settings)
        store.put([with_trace, other])
        store.put_run(Run("proxy", 0, evaluation=evaluation, trace=trace([0.0, 1.0])))
    Trajectories(tmp_path).put(with_trace.name, played.episodes)
    known = read(tmp_path, TASK.spec.name, program)
    assert len(known.episodes.metric) == 6
    assert [list(found.success) for found in known.traces] == [[0.9, 0.1], [0.0, 1.0]]
    with pytest.raises(UserError, match="expected an experiment on clarify"):
        read(tmp_path, "clarify", program)
