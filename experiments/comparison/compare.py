"""The final protocol: several rewards, re-trained on fresh seeds and tested on episodes nobody has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...agents import selection_seeds, test_seeds, training_seed
from ...envs import Task, UserError, task_class
from ...reward_gen import RewardProgram, is_shipped, resolve_reward
from ..stopping import Stop
from ..store import Run, Store
from ..training import Executor, Failed, Outcome, StepBar, TrainJob


@dataclass(frozen=True)
class Protocol:
    """How every method of a comparison is trained and tested: the same for all of them.

    Attributes:
        task: the task's name.
        steps: environment steps for each run.
        seeds: training seeds for each method.
        episodes: test episodes for each run.
        seed: the experiment's seed, from which all others are derived.
        algo: algorithm; None for the task's default.
        horizon: episode length; None for the task's own.
        selection_episodes: episodes of each checkpoint's evaluation.
    """

    task: str
    steps: int
    seeds: int = 3
    episodes: int = 50
    seed: int = 0
    algo: str | None = None
    horizon: int | None = None
    selection_episodes: int = 20

    def __post_init__(self) -> None:
        for name in ("steps", "seeds", "episodes"):
            if getattr(self, name) < 1:
                raise UserError(f"--{name} is at least 1, got {getattr(self, name)}")


@dataclass(frozen=True)
class Method:
    """One row of a comparison: a reward under a name; `program` None is the task's sparse reward."""

    name: str
    program: RewardProgram | None
    trusted: bool = False


def baselines(task: type[Task]) -> list[Method]:
    """The rewards that every comparison needs: sparse, and the human one where the task has it."""
    methods = [Method("sparse", None)]
    if task.human_reward_path().is_file():
        methods.append(Method("human", resolve_reward("human", task), trusted=True))
    return methods


def compare(
    store: Store,
    methods: list[Method],
    protocol: Protocol,
    executor: Executor,
    stop: Stop | None = None,
) -> list[Run]:
    """Train and test each method on each seed; runs that the store already holds are not repeated.

    Raises:
        Stopped: if a signal asked for an end, once the runs under way are stored.
    """
    stop = stop or Stop()
    done = {(run.method, run.seed) for run in store.runs()}
    jobs = {
        job.key: (method, seed, job)
        for seed in range(protocol.seeds)
        for method in methods
        if (method.name, seed) not in done
        for job in [final_job(store, method, seed, protocol)]
    }
    total = protocol.steps * protocol.seeds * len(methods)
    with stop.listening(), StepBar("testing", total, done=protocol.steps * len(done)) as bar:
        for job, outcome in executor.run([job for _, _, job in jobs.values()], bar, None, stop):
            method, seed, _ = jobs[job.key]
            store.put_run(finished_run(method.name, seed, outcome))
            bar.finish(job)
        stop.check()
    return store.runs()


def final_job(store: Store, method: Method, seed: int, protocol: Protocol) -> TrainJob:
    """The training run of `method` under the protocol, on the training seed of index `seed`."""
    key = f"final/{method.name}/{seed}"
    return TrainJob(
        key=key,
        task=protocol.task,
        reward=method.program,
        trusted=method.trusted,
        algo=protocol.algo,
        steps=protocol.steps,
        seed=training_seed(protocol.seed, "final", seed),
        selection_seeds=selection_seeds(protocol.seed, protocol.selection_episodes),
        final_seeds=test_seeds(protocol.seed, protocol.episodes),
        horizon=protocol.horizon,
        out=store.folder / "agents" / key,
    )


def finished_run(method: str, seed: int, outcome: Outcome) -> Run:
    """What a final training run of `method` came to, as it is stored."""
    if isinstance(outcome, Failed):
        return Run(method, seed, reason=f"{outcome.stage}: {outcome.reason}")
    return Run(
        method,
        seed,
        outcome.evaluation,
        outcome.trace,
        isolation=outcome.isolation,
        held_out=outcome.held_out,
        seconds=outcome.seconds,
    )


def methods_from(sources: Mapping[str, Any], task: str) -> list[Method]:
    """Named rewards (``sparse``, those that come with the task, paths) as methods."""
    found = task_class(task)
    return [
        Method(name, resolve_reward(source, found), trusted=is_shipped(source, found))
        for name, source in sources.items()
    ]
