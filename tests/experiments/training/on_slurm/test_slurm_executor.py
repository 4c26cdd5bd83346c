"""The executor on submitit's stand-in for a cluster: real processes of this machine."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rewardsmith.agents import Racing
from rewardsmith.envs import UserError
from rewardsmith.experiments import LocalExecutor, Trained, TrainJob
from rewardsmith.experiments.stopping import Stop
from rewardsmith.reward_gen import RewardProgram

pytest.importorskip("submitit")
from rewardsmith.experiments.training.on_slurm import SlurmExecutor
from rewardsmith.experiments.training.on_slurm.queue import LocalQueue, SlurmQueue, has_ended
from rewardsmith.experiments.training.on_slurm.submission import Submission
from rewardsmith.experiments.training.on_slurm.submit import _outside_of_a_job
from rewardsmith.experiments.training.on_slurm.underway import Pace

GOOD = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
# Infinite as soon as a step is correct.
FRAGILE = GOOD.replace("    return", "    r = r / (r - 1.0)\n    return")
PACE = Pace(files=0.1, queue=0.2, settle=0.5)
DRIVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_slurm_executor import executor, jobs
for job, outcome in executor(Path(sys.argv[2])).run(jobs(Path(sys.argv[2])), lambda *news: None):
    pass
"""


def job(key: str, text: str = GOOD, algo: str | None = None, out: Path | None = None) -> TrainJob:
    seed = 3 + 2**20 + int(key[1:])
    return TrainJob(
        key, "arithmetic-chain", RewardProgram(text), False, algo, 4096, seed, (10, 11), (10, 11), out=out
    )


def jobs(folder: Path) -> list[TrainJob]:
    return [job(f"j{i}", FRAGILE if i == 1 else GOOD, out=folder / "agents" / f"j{i}") for i in range(3)]


def executor(folder: Path, **options) -> SlurmExecutor:
    return SlurmExecutor(folder, cluster="local", pace=PACE, **{"jobs_at_once": 2, "minutes": 20, **options})


def ignore(job, steps, success):
    """Take no notice."""


def numbers(outcomes) -> dict:
    return {
        job.key: [o.trace.to_dict(), o.evaluation.to_dict(), o.steps] if isinstance(o, Trained) else vars(o)
        for job, o in outcomes
    }


def submissions(folder: Path) -> list[Submission]:
    opened = [Submission.opened(entry) for entry in sorted((folder / "slurm").glob("*-*"))]
    return [submission for submission in opened if submission is not None]


def local(folder: Path) -> dict:
    return numbers(LocalExecutor(folder / "logs", workers=1).run(jobs(folder / "local"), ignore))


@pytest.mark.slow
def test_outcomes_are_those_of_this_machine(tmp_path):
    heard = {}

    def listen(job, steps, success):
        heard[job.key] = max(steps, heard.get(job.key, 0))

    found = numbers(executor(tmp_path).run(jobs(tmp_path), listen))
    assert found == local(tmp_path)
    assert found["j1"]["stage"] == "runtime"
    assert set(heard) == {"j0", "j1", "j2"}
    assert sorted(p.parent.name for p in tmp_path.glob("agents/*/model.zip")) == ["j0", "j2"]


@pytest.mark.slow
def test_a_job_killed_midway_is_run_again(tmp_path):
    killed, queue = [], LocalQueue(tmp_path / "slurm")

    def kill_one(job, steps, success):
        if not killed:
            killed.append(min(queue.states()))
            queue.cancel(killed)

    found = numbers(executor(tmp_path).run(jobs(tmp_path), kill_one))
    assert killed
    assert f"Slurm job {killed[0]} ended without a result" in (tmp_path / "slurm" / "slurm.log").read_text()
    assert found == local(tmp_path)


@pytest.mark.slow
def test_what_a_killed_driver_submitted_is_picked_up(tmp_path):
    command = [sys.executable, "-c", DRIVER, str(Path(__file__).parent), str(tmp_path)]
    driver = subprocess.Popen(command)
    while len([s for s in submissions(tmp_path) if s.id]) < 2 and driver.poll() is None:
        time.sleep(0.05)
    driver.kill()
    driver.wait()
    before = {s.id for s in submissions(tmp_path)}
    found = numbers(executor(tmp_path).run(jobs(tmp_path), ignore))
    assert {s.id for s in submissions(tmp_path)} == before
    assert found == local(tmp_path)


@pytest.mark.slow
def test_what_was_stored_is_forgotten_at_the_next_run_and_not_before(tmp_path):
    first, second = job("j0"), job("j2")
    list(executor(tmp_path).run([first], ignore))
    (kept,) = submissions(tmp_path)
    # Had its outcome not been stored, the same run would ask for it again, and have it at once.
    ((again, outcome),) = executor(tmp_path).run([first], ignore)
    assert again.key == "j0" and isinstance(outcome, Trained)
    assert [s.id for s in submissions(tmp_path)] == [kept.id]
    list(executor(tmp_path).run([second], ignore))
    assert kept.id not in [s.id for s in submissions(tmp_path)]


@pytest.mark.slow
def test_what_is_wrong_with_a_job_is_said_as_on_this_machine(tmp_path):
    bad = TrainJob(**{**vars(job("j0")), "seed": 10})
    with pytest.raises(UserError, match="evaluation seed 10 is also trained on"):
        list(executor(tmp_path).run([bad], ignore))
    assert submissions(tmp_path) == []


def test_python_that_does_not_start_on_the_nodes_is_no_fault_of_a_reward(tmp_path, monkeypatch):
    trainer = executor(tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UserError, match="expected training to begin"):
        list(trainer.run([job("j0")], ignore))


def test_asked_to_stop_it_submits_no_more(tmp_path):
    stop = Stop()
    stop.asked = True
    assert list(executor(tmp_path).run(jobs(tmp_path), ignore, stop=stop)) == []
    assert submissions(tmp_path) == []


def test_leaving_early_cancels_and_forgets(tmp_path):
    class LeftError(Exception):
        """As from a second Ctrl-C."""

    def leave(job, steps, success):
        raise LeftError

    with pytest.raises(LeftError):
        list(executor(tmp_path).run(jobs(tmp_path), leave))
    assert submissions(tmp_path) == []
    while LocalQueue(tmp_path / "slurm").states():
        time.sleep(0.05)


def test_a_submission_without_a_number_is_forgotten(tmp_path):
    # The driver was killed before the cluster had it, or before it had written what it is.
    planned = Submission.planned(tmp_path / "slurm", ("j0 key",), 1)
    (tmp_path / "slurm" / "half").mkdir()
    stop = Stop()
    stop.asked = True
    list(executor(tmp_path).run([job("j0")], ignore, stop=stop))
    assert not planned.folder.exists()
    assert not (tmp_path / "slurm" / "half").exists()


def test_a_submission_is_open_to_its_owner_alone(tmp_path):
    planned = Submission.planned(tmp_path / "slurm", ("a", "b"), 2)
    assert planned.folder.stat().st_mode & 0o077 == 0
    assert json.loads((planned.folder / "jobs.json").read_text()) == {"jobs": ["a", "b"], "attempt": 2}


def test_a_race_of_what_trains_alone_is_refused(tmp_path):
    with pytest.raises(UserError, match="racing needs jobs that train as one population"):
        list(executor(tmp_path).run([job("j0", algo="dqn"), job("j1", algo="dqn")], ignore, Racing()))


@pytest.mark.parametrize("option", ["cpus", "minutes", "jobs_at_once"])
def test_numbers_below_one_are_refused(tmp_path, option):
    with pytest.raises(UserError, match=f"--slurm-{option.replace('_', '-')} is at least 1, got 0"):
        executor(tmp_path, **{option: 0})


def test_without_submitit_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(UserError, match=r"pip install 'rewardsmith\[slurm\]'"):
        executor(tmp_path)


def test_without_slurm_one_line_says_where_to_start(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="found no sbatch"):
        SlurmExecutor(tmp_path)


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Stand-ins for Slurm's commands that write down how they were called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sbatch", "srun", "squeue", "scancel"):
        tool = folder / name
        tool.write_text(f'#!/bin/sh\necho {name} "$@" >> {folder}/calls\ncat {folder}/{name}.out\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def test_the_queue_is_read_in_one_call(tools):
    (tools / "squeue.out").write_text("7|RUNNING\n8|PENDING\n9|TIMEOUT\n")
    states = SlurmQueue().states()
    assert states == {"7": "RUNNING", "8": "PENDING", "9": "TIMEOUT"}
    assert [has_ended(states.get(i)) for i in ("7", "8", "9", "10")] == [False, False, True, True]
    assert len((tools / "calls").read_text().splitlines()) == 1


def test_a_controller_that_does_not_answer_ends_no_job(tools):
    assert SlurmQueue().states() is None


def test_only_what_waits_is_taken_back(tools):
    SlurmQueue().cancel(["7", "8"], waiting_only=True)
    assert (tools / "calls").read_text() == "scancel --state=PENDING 7 8\n"


def test_other_processes_are_no_jobs(tmp_path):
    assert LocalQueue(tmp_path).states() == {}


def test_a_driver_that_is_a_slurm_job_hands_none_of_its_limits_on(monkeypatch):
    for name in ("SLURM_JOB_ID", "SLURM_MEM_PER_NODE", "SBATCH_PARTITION", "SLURM_CONF"):
        monkeypatch.setenv(name, "x")
    with _outside_of_a_job():
        assert [n for n in os.environ if n.startswith(("SLURM_", "SBATCH_"))] == ["SLURM_CONF"]
    assert os.environ["SLURM_MEM_PER_NODE"] == "x"
    monkeypatch.delenv("SLURM_JOB_ID")
    with _outside_of_a_job():
        assert os.environ["SBATCH_PARTITION"] == "x"
