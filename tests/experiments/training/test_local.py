import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from rewardsmith.envs import UserError
from rewardsmith.experiments import Failed, LocalExecutor, Trained, TrainJob
from rewardsmith.reward_gen import RewardProgram

GOOD = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
EPISODES = (10, 11)
# Infinite as soon as a step is correct.
FRAGILE = GOOD.replace("    return", "    r = r / (r - 1.0)\n    return")


def job(key: str, text: str = GOOD, steps: int = 4096, out: Path | None = None) -> TrainJob:
    program = RewardProgram(text)
    return TrainJob(
        key, "arithmetic-chain", program, False, None, steps, 3 + 2**20, EPISODES, EPISODES, out=out
    )


def ignore_progress(job, steps, success):
    """Take no notice."""


def test_every_job_comes_back_with_its_own_outcome(tmp_path):
    jobs = [job(f"j{i}", out=tmp_path / f"a{i}") for i in range(3)]
    outcomes = {j.key: o for j, o in LocalExecutor(tmp_path / "logs", workers=2).run(jobs, ignore_progress)}
    assert sorted(outcomes) == ["j0", "j1", "j2"]
    assert all(isinstance(o, Trained) for o in outcomes.values())
    assert outcomes["j0"].trace.steps[-1] >= 4096
    assert "correct" in outcomes["j0"].trace.terms
    assert (tmp_path / "a0" / "model.zip").is_file()


def test_the_same_job_gives_the_same_result_in_any_process(tmp_path):
    executor = LocalExecutor(tmp_path / "logs", workers=2)
    (_, first), (_, second) = executor.run([job("a"), job("b")], ignore_progress)
    assert first.trace.to_dict() == second.trace.to_dict()
    assert first.evaluation.to_dict() == second.evaluation.to_dict()


def test_a_reward_that_breaks_in_training_is_an_outcome_with_its_reason(tmp_path):
    ((_, outcome),) = LocalExecutor(tmp_path / "logs").run([job("bad", FRAGILE)], ignore_progress)
    assert isinstance(outcome, Failed)
    assert outcome.stage == "runtime"
    assert "finite" in outcome.reason


def test_a_killed_process_costs_its_own_job_only(tmp_path):
    killed = []

    def kill_first(running, steps, success):
        if running.key == "victim" and not killed:
            trainers = [p for p in psutil.Process().children(recursive=True) if p.pid in open_logs(tmp_path)]
            killed.append(trainers[0].pid)
            os.kill(trainers[0].pid, signal.SIGKILL)

    jobs = [job("victim", steps=200_000), job("other")]
    executor = LocalExecutor(tmp_path / "logs", workers=1)
    outcomes = {j.key: o for j, o in executor.run(jobs, kill_first)}
    assert isinstance(outcomes["victim"], Failed)
    assert "exit code -9" in outcomes["victim"].reason
    assert isinstance(outcomes["other"], Trained)


def open_logs(folder: Path) -> set[int]:
    """Processes that write a log under `folder`."""
    return {
        p.pid
        for p in psutil.process_iter()
        if p.is_running() and any(str(folder) in link for link in fds(p.pid))
    }


def fds(pid: int) -> list[str]:
    """What the file descriptors of a process point to."""
    folder = Path(f"/proc/{pid}/fd")
    try:
        return [str(fd.readlink()) for fd in folder.iterdir()]
    except OSError:
        return []


def test_leaving_early_ends_all_processes(tmp_path):
    runs = LocalExecutor(tmp_path / "logs", workers=2).run(
        [job("short"), job("long", steps=10_000_000)], ignore_progress
    )
    next(runs)
    runs.close()
    time.sleep(0.2)
    assert not open_logs(tmp_path)


def test_a_job_that_asks_for_the_impossible_is_the_users_error(tmp_path):
    broken = TrainJob(**{**vars(job("broken")), "algo": "no-such-algorithm"})
    with pytest.raises(UserError, match="no-such-algorithm"):
        list(LocalExecutor(tmp_path / "logs").run([broken], ignore_progress))
