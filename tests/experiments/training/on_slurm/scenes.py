"""Plays scenes on a real Slurm cluster of one node, which `cluster.py` has started.

What came of each is written to the folder given, as ``<scene>.json``.
"""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor, Store, TrainJob
from rewardsmith.experiments.stopping import Stop
from rewardsmith.experiments.training.on_slurm import SlurmExecutor
from rewardsmith.experiments.training.on_slurm.submission import Submission
from rewardsmith.experiments.training.on_slurm.underway import Pace
from rewardsmith.reward_gen import GrammarProposer, RewardProgram

GOOD = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
SETTINGS = EvolveSettings(
    "arithmetic-chain",
    generations=2,
    samples=2,
    steps=4096,
    selection_episodes=8,
    final_seeds=1,
    final_episodes=8,
)
PACE = Pace(files=0.2, queue=0.4, settle=2.0)
EVERY_SECONDS = 0.2


def executor(folder: Path, cpus: int = 1) -> SlurmExecutor:
    # Slurm itself runs again what it lost with a node, but minutes later.
    return SlurmExecutor(folder, cpus=cpus, memory_gb=1, minutes=30, extra={"no-requeue": True}, pace=PACE)


def queue() -> dict[str, str]:
    """Job id -> state of all that have not ended."""
    listed = subprocess.run(["squeue", "-h", "-o", "%i %T"], capture_output=True, text=True, check=True)
    return dict(line.split() for line in listed.stdout.splitlines())


def running() -> list[str]:
    return sorted((i for i, state in queue().items() if state == "RUNNING"), key=int)


def training_of(trainer: SlurmExecutor, start: str) -> list[str]:
    """Slurm jobs that run for jobs whose keys begin with `start`, and have no result yet."""
    opened = [Submission.opened(entry) for entry in trainer.folder.glob("*-*")]
    wanted = [s.id for s in opened if s and s.identities[0].startswith(start) and not s.has_result]
    return [number for number in running() if number in wanted]


def wait_for(happened) -> None:
    deadline = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(EVERY_SECONDS)


def ignore(job, steps, success):
    """Take no notice."""


class Disturbed:
    """An executor that loses a Slurm job in generation 1, and the node in the final test."""

    def __init__(self, inner: SlurmExecutor) -> None:
        self.inner, self.done = inner, []

    def run(self, jobs, progress, racing=None, stop=None):
        def disturb(job, steps, success):
            act = {"g1": "scancel", "fi": "node"}.get(job.key[:2])
            training = training_of(self.inner, job.key[:2])
            if act and training and act not in self.done:
                self.done.append(act)
                # The node comes back by itself, as soon as it answers.
                down = ["scontrol", "update", "nodename=slurmnode", "state=down", "reason=test"]
                subprocess.run(["scancel", training[0]] if act == "scancel" else down, check=True)
            progress(job, steps, success)

        return self.inner.run(jobs, disturb, racing, stop)


def evolve(folder: Path, trainer) -> None:
    Evolution(SETTINGS, folder, GrammarProposer(), trainer).run()


def contents(folder: Path) -> list:
    """All that the store holds but durations."""
    store = Store.existing(folder)
    candidates = [replace(c, seconds=0.0).to_json() for c in store.candidates()]
    runs = [replace(r, seconds=None) for r in store.runs()]
    return [candidates, sorted((r.method, r.seed, r.to_json()) for r in runs)]


def agents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("model.zip"))


def an_evolution_that_everything_befalls(out: Path) -> dict:
    driver = subprocess.Popen([sys.executable, __file__, "drive", str(out)])
    wait_for(lambda: len(running()) == 2 or driver.poll() is not None)
    before = running()
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    disturbed = Disturbed(executor(out))
    evolve(out, disturbed)
    local = out.with_name("local")
    evolve(local, LocalExecutor(local / "logs", workers=2))
    return {
        "running_when_killed": before,
        "disturbances": disturbed.done,
        "log": (out / "slurm" / "slurm.log").read_text(),
        "slurm": contents(out),
        "local": contents(local),
        "agents": agents(out),
        "local_agents": agents(local),
    }


def three_jobs_on_a_node_for_one(folder: Path) -> list[TrainJob]:
    return [
        TrainJob(
            f"j{i}", "arithmetic-chain", RewardProgram(GOOD), False, None, 4096, i + 2**20, (10, 11), (10, 11)
        )
        for i in range(3)
    ]


def a_stop(out: Path) -> dict:
    stop = Stop()

    def ask(job, steps, success):
        stop.asked = stop.asked or bool(running())

    found = executor(out, cpus=2).run(three_jobs_on_a_node_for_one(out), ask, stop=stop)
    finished = [job.key for job, _ in found]
    # A result is there a moment before its Slurm job has ended.
    wait_for(lambda: not queue())
    return {"finished": finished, "slurm_jobs": len(list((out / "slurm").glob("*-*")))}


def leaving_at_once(out: Path) -> dict:
    trainer, seen = executor(out, cpus=2), {}

    def leave(job, steps, success):
        if running():
            seen.update(queue())
            raise KeyboardInterrupt

    try:
        list(trainer.run(three_jobs_on_a_node_for_one(out), leave))
    except KeyboardInterrupt:
        wait_for(lambda: not queue())
    folders = [entry.name for entry in (out / "slurm").iterdir() if entry.is_dir()]
    return {"queue": len(seen), "folders": folders}


if __name__ == "__main__":
    if sys.argv[1] == "drive":
        evolve(Path(sys.argv[2]), executor(Path(sys.argv[2])))
        sys.exit()
    root = Path(sys.argv[1])
    for scene in (a_stop, leaving_at_once, an_evolution_that_everything_befalls):
        print(scene.__name__, file=sys.stderr, flush=True)
        came = scene(root / scene.__name__)
        (root / f"{scene.__name__}.json").write_text(json.dumps(came))
