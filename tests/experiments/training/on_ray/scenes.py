"""Plays scenes on two Ray nodes; run in network, process and mount namespaces of its own.

What came of each is written to the folder given, as ``<scene>.json``.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Nobody else is in the namespace, and no token shall be left in the user's home.
os.environ["RAY_AUTH_MODE"] = "disabled"

import psutil
import ray
from ray.cluster_utils import Cluster

from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor, Store, Trained, TrainJob
from rewardsmith.experiments.stopping import Stop
from rewardsmith.experiments.training.on_ray import RayExecutor
from rewardsmith.reward_gen import GrammarProposer, RewardProgram

OUT = Path(sys.argv[1])
GOOD = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
# Infinite as soon as a step is correct.
FRAGILE = GOOD.replace("    return", "    r = r / (r - 1.0)\n    return")
SETTINGS = EvolveSettings(
    "arithmetic-chain",
    generations=2,
    samples=4,
    steps=8192,
    selection_episodes=8,
    final_seeds=1,
    final_episodes=8,
)
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


def job(key: str, text: str = GOOD, steps: int = 8192, out: Path | None = None) -> TrainJob:
    seed = 3 + 2**20 + 100 * int(key[1:])
    return TrainJob(
        key, "arithmetic-chain", RewardProgram(text), False, None, steps, seed, (10, 11), (10, 11), out=out
    )


def trainers(raylet: psutil.Process | None = None) -> list[psutil.Process]:
    """Processes that train a parcel, on all nodes or on one."""
    everyone = psutil.process_iter() if raylet is None else raylet.children(recursive=True)
    return [p for p in everyone if p.is_running() and p.name().startswith("ray::train_parc")]


def ignore(job, steps, success):
    """Take no notice."""


def numbers(outcomes) -> dict:
    return {
        job.key: [o.trace.to_dict(), o.evaluation.to_dict(), o.steps] if isinstance(o, Trained) else vars(o)
        for job, o in outcomes
    }


def contents(folder: Path) -> list:
    """All that the store holds but durations."""
    store = Store.existing(folder)
    candidates = [replace(c, seconds=0.0).to_json() for c in store.candidates()]
    runs = [replace(r, seconds=None) for r in store.runs()]
    return [candidates, sorted((r.method, r.seed, r.to_json()) for r in runs)]


def a_killed_process(address: str) -> dict:
    folder, killed = OUT / "killed", []

    def kill_one(job, steps, success):
        if not killed:
            killed.append(trainers()[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    jobs = [job(f"j{i}", FRAGILE if i == 1 else GOOD, out=folder / "agents" / f"j{i}") for i in range(4)]
    executor = RayExecutor(folder / "logs", address)
    found = numbers(executor.run(jobs, kill_one))
    executor.close()
    local = numbers(LocalExecutor(folder / "logs", workers=2).run([job_without(j) for j in jobs], ignore))
    files = sorted(str(p.relative_to(folder)) for p in folder.glob("agents/*/*") if p.suffix == ".zip")
    return {"ray": found, "local": local, "files": files, "log": (folder / "logs" / "ray.log").read_text()}


def job_without(job: TrainJob) -> TrainJob:
    return TrainJob(**{**vars(job), "out": None})


def a_stop(address: str) -> dict:
    stop = Stop()

    def ask(job, steps, success):
        stop.asked = True

    executor = RayExecutor(OUT / "stop", address, workers=1)
    # Different horizons, so that each is a task of its own.
    jobs = [TrainJob(**{**vars(job(f"j{i}")), "horizon": 4 + i}) for i in range(2)]
    found = [job.key for job, _ in executor.run(jobs, ask, stop=stop)]
    executor.close()
    return {"finished": found}


def a_quarter_of_a_gpu_each(address: str) -> dict:
    executor = RayExecutor(OUT / "gpu", address, cpus=0.25, gpus=0.25)
    jobs = [job(f"j{i}", steps=400_000) for i in range(4)]
    heard, most = set(), 0

    class EnoughError(Exception):
        """All have been heard of."""

    def listen(job, steps, success):
        nonlocal most
        heard.add(job.key)
        most = max(most, len(trainers()))
        if len(heard) == 4:
            raise EnoughError

    with contextlib.suppress(EnoughError):
        list(executor.run(jobs, listen))
    executor.close()
    return {"heard": sorted(heard), "at_a_time": most}


class LosingANode:
    """An executor whose second node dies in the midst of generation 1."""

    def __init__(self, executor: RayExecutor, raylet: psutil.Process) -> None:
        self.executor, self.raylet, self.trained_on_it = executor, raylet, False

    def run(self, jobs, progress, racing=None, stop=None):
        def kill(job, steps, success):
            if job.key.startswith("g1") and not self.trained_on_it and trainers(self.raylet):
                self.trained_on_it = True
                self.raylet.kill()
            progress(job, steps, success)

        return self.executor.run(jobs, kill, racing, stop)


def a_lost_node(address: str, raylet: psutil.Process) -> dict:
    executor = RayExecutor(OUT / "lost" / "logs", address)
    losing = LosingANode(executor, raylet)
    Evolution(SETTINGS, OUT / "lost", GrammarProposer(), losing).run()
    executor.close()
    Evolution(SETTINGS, OUT / "kept", GrammarProposer(), LocalExecutor(OUT / "kept" / "logs")).run()
    return {
        "ray": contents(OUT / "lost"),
        "local": contents(OUT / "kept"),
        "killed": losing.trained_on_it,
        "log": (OUT / "lost" / "logs" / "ray.log").read_text(),
        "agents": sorted(p.parent.name for p in (OUT / "lost").rglob("model.zip")),
        "local_agents": sorted(p.parent.name for p in (OUT / "kept").rglob("model.zip")),
    }


def play(name: str, scene, *arguments) -> None:
    (OUT / f"{name}.json").write_text(json.dumps(scene(*arguments)))
    print(f"played {name}", flush=True)


def main() -> None:
    head = {**NODE, "num_gpus": 1, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        second = cluster.add_node(**NODE)
        raylet = psutil.Process(second.all_processes["raylet"][0].process.pid)
        play("killed", a_killed_process, cluster.address)
        play("stop", a_stop, cluster.address)
        play("gpu", a_quarter_of_a_gpu_each, cluster.address)
        play("lost", a_lost_node, cluster.address, raylet)
    finally:
        ray.shutdown()
        cluster.shutdown()


if __name__ == "__main__":
    main()
