import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from rewardsmith.agents import Racing
from rewardsmith.envs import UserError
from rewardsmith.experiments import Failed, LocalExecutor, Trained, TrainJob
from rewardsmith.experiments.stopping import Stop
from rewardsmith.experiments.training import room
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


class Killer:
    """Kills the process that trains `victim` as soon as it tells of progress, up to `times` times."""

    def __init__(self, folder: Path, victim: str, times: int) -> None:
        self.folder = folder
        self.victim = victim
        self.left = times
        self.last: int | None = None

    def __call__(self, running: TrainJob, steps: int, success: float) -> None:
        trainers = open_logs(self.folder) - {self.last}
        if running.key == self.victim and self.left and trainers:
            self.last = max(trainers)
            self.left -= 1
            os.kill(self.last, signal.SIGKILL)


def measured(outcome) -> tuple:
    """All of an outcome but durations."""
    assert isinstance(outcome, Trained), outcome
    return outcome.trace.to_dict(), outcome.evaluation.to_dict(), outcome.steps


def train(folder: Path, jobs: list[TrainJob], progress=ignore_progress, racing=None, workers=1) -> dict:
    executor = LocalExecutor(folder / "logs", workers=workers)
    return {j.key: o for j, o in executor.run(jobs, progress, racing)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return measured(train(tmp_path_factory.mktemp("undisturbed"), [job("j", steps=8192)])["j"])


def test_a_job_whose_process_is_killed_comes_to_the_same(tmp_path, undisturbed, capfd):
    killer = Killer(tmp_path, "j", times=2)
    out = tmp_path / "agent"
    outcome = train(tmp_path, [job("j", steps=8192, out=out)], killer)["j"]
    assert not killer.left
    assert measured(outcome) == undisturbed
    assert (out / "model.zip").is_file()
    assert (
        capfd.readouterr().err.count("training process of j ended with exit code -9; starting it again") == 2
    )


def test_a_population_whose_process_is_killed_comes_to_the_same(tmp_path, undisturbed):
    killer = Killer(tmp_path, "j", times=1)
    outcomes = train(tmp_path, [job("j", steps=8192), job("k", steps=8192)], killer)
    assert not killer.left
    assert [measured(outcomes[key]) for key in "jk"] == [undisturbed] * 2


def test_a_job_whose_processes_are_killed_again_and_again_has_failed(tmp_path):
    out = tmp_path / "agent"
    out.mkdir()
    (out / "model.zip").write_text("what an earlier run left")
    killer = Killer(tmp_path, "victim", times=99)
    outcomes = train(tmp_path, [job("victim", steps=8192, out=out), job("other")], killer)
    assert isinstance(outcomes["victim"], Failed)
    assert outcomes["victim"].reason.startswith("the training process was killed 3 times (exit code -9)")
    assert killer.left == 96
    assert isinstance(outcomes["other"], Trained)
    assert not (out / "model.zip").exists()


def test_a_process_that_ends_by_itself_has_failed_at_once(tmp_path):
    (tmp_path / "file").touch()
    outcomes = train(tmp_path, [job("bad", out=tmp_path / "file" / "agent"), job("good")])
    assert isinstance(outcomes["bad"], Failed)
    assert "ended with exit code 1: NotADirectoryError" in outcomes["bad"].reason
    assert isinstance(outcomes["good"], Trained)


@pytest.mark.slow
def test_a_race_whose_process_is_killed_is_run_again_as_a_race(tmp_path):
    # Who is paid for wrong steps soon falls behind.
    texts = [GOOD, GOOD, *(GOOD.replace("= 1.0", "= -1.0"),) * 3]
    jobs = [
        replace(job(f"j{i}", text, steps=81_920), selection_seeds=tuple(range(150)), final_seeds=(10,))
        for i, text in enumerate(texts)
    ]
    killer = Killer(tmp_path, "j0", times=1)
    disturbed = train(tmp_path, jobs, killer, Racing())
    race = train(tmp_path / "undisturbed", jobs, racing=Racing())
    assert not killer.left
    assert {key: measured(o) for key, o in disturbed.items()} == {key: measured(o) for key, o in race.items()}
    assert min(o.steps for o in race.values()) < max(o.steps for o in race.values())


def test_once_a_stop_is_asked_what_is_training_is_drained_and_no_more_begins(tmp_path):
    stop, under_way = Stop(), []

    def ask(running, steps, success):
        under_way.append(stop.running)
        stop.asked = True

    jobs = [replace(job(f"j{i}", steps=500), algo="dqn") for i in range(5)]
    executor = LocalExecutor(tmp_path / "logs", workers=2)
    outcomes = {j.key: o for j, o in executor.run(jobs, ask, None, stop)}
    assert sorted(outcomes) == ["j0", "j1"]
    assert all(isinstance(o, Trained) for o in outcomes.values())
    assert under_way[0] == 2 and stop.running == 0
    assert list(executor.run(jobs, ask, None, stop)) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 40 KiB, half of an agent, that one may enlarge."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k", "none", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("file systems may not be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_waited_for(tmp_path, small_disk, capfd, monkeypatch):
    def enlarge(seconds: float) -> None:
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)

    monkeypatch.setattr(room, "time", SimpleNamespace(sleep=enlarge))
    agent = small_disk / "agent"
    outcomes = train(tmp_path, [job("j", out=agent)])
    assert isinstance(outcomes["j"], Trained)
    assert (agent / "model.zip").is_file()
    assert "No space left on device: j is trained again once there is space" in capfd.readouterr().err


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
