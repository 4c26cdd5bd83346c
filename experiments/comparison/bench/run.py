"""A benchmark in a folder: on each task all searches, then the final protocol for whatever they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from ....envs import task_class
from ...stopping import Stop
from ...store import Run, Store
from ...tracking import followed
from ...training import StepBar, TrainJob
from ..compare import Method, Protocol, final_job, finished_run
from .budgets import TaskBudget
from .kept import keep_program
from .methods import Given, Searched
from .searches import Found, Search


@dataclass(frozen=True)
class Benchmark:
    """Methods on tasks. `run` does what is left to do; methods and seeds may be added later.

    ``<out>/<task>`` holds the task's store as `compare` writes it, its agents, every reward that was trained
    in ``rewards``, and the search of each method and seed in ``searches``.

    Attributes:
        out: where all of it stands.
        tasks: with their budgets.
        methods: what is compared.
        seeds: training seeds of each method, and searches of each that searches.
        episodes: test episodes of each run.
        search: what the searches share, with the seed and the algorithm of all trainings.
    """

    out: Path
    tasks: Sequence[TaskBudget]
    methods: Sequence[Given | Searched]
    seeds: int
    episodes: int
    search: Search

    def run(self) -> None:
        """Search, train and test on each task, one after the other.

        Raises:
            Stopped: if a signal asked for an end; what was under way then is stored.
            UserError: if the folder holds another benchmark.
        """
        stop = Stop()
        with stop.listening():
            # Another benchmark's folder is told from this one's before hours are spent in the first task.
            for budget in self.tasks:
                self._opened(budget).close()
            for budget in self.tasks:
                place = f"{budget.name}/"
                with self._opened(budget) as store, followed(store, self.search.tracker, place):
                    self._task(budget, store, stop)

    def protocol(self, budget: TaskBudget) -> Protocol:
        """How every method is trained and tested on a task."""
        return Protocol(
            budget.task,
            budget.steps,
            self.seeds,
            self.episodes,
            self.search.seed,
            self.search.algo,
            budget.horizon,
        )

    def folder(self, budget: TaskBudget) -> Path:
        """Where all that belongs to a task stands."""
        return self.out / budget.name

    def search_folder(self, budget: TaskBudget, method: str, seed: int) -> Path:
        """Where the search of a method stands."""
        return self.folder(budget) / "searches" / f"{method}-{seed}"

    def _opened(self, budget: TaskBudget) -> Store:
        store = Store.open_to_write(self.folder(budget))
        settings = {name: value for name, value in vars(self.protocol(budget)).items() if name != "seeds"}
        settings |= {"generations": budget.generations, "samples": budget.samples}
        settings |= {"proposer": self.search.proposer, "model": self.search.model}
        settings |= {"racing": self.search.racing}
        try:
            store.bind({"kind": "bench", **settings})
            for method in self.methods:
                if isinstance(method, Given):
                    keep_program(
                        method.method(task_class(budget.task)), self._reward_file(budget, method.name)
                    )
        except BaseException:
            store.close()
            raise
        return store

    def _reward_file(self, budget: TaskBudget, name: str) -> Path:
        return self.folder(budget) / "rewards" / f"{name}.reward.py"

    def _task(self, budget: TaskBudget, store: Store, stop: Stop) -> None:
        done = {(run.method, run.seed) for run in store.runs()}
        jobs: list[tuple[str, int, TrainJob]] = []
        for seed in range(self.seeds):
            for method in self.methods:
                stop.check()
                if (method.name, seed) not in done:
                    jobs += self._job(method, seed, budget, store, stop)
        # Only trainings of one length can be stacked.
        for steps, alike in groupby(sorted(jobs, key=lambda job: job[2].steps), lambda job: job[2].steps):
            self._train(list(alike), f"testing {budget.name}, {steps:,} steps each", store, stop)

    def _job(
        self, method: Given | Searched, seed: int, budget: TaskBudget, store: Store, stop: Stop
    ) -> list[tuple[str, int, TrainJob]]:
        protocol = self.protocol(budget)
        if isinstance(method, Given):
            if method.whole_budget:
                protocol = replace(protocol, steps=budget.search_steps + budget.steps)
            chosen = method.method(task_class(budget.task))
        else:
            found = self._search(method, seed, budget, stop)
            if found.program is None:
                store.put_run(Run(method.name, seed, reason=found.reason))
                return []
            chosen = Method(method.name, found.program)
            keep_program(chosen, self._reward_file(budget, f"{method.name}-{seed}"))
        return [(method.name, seed, final_job(store, chosen, seed, protocol))]

    def _search(self, method: Searched, seed: int, budget: TaskBudget, stop: Stop) -> Found:
        folder = self.search_folder(budget, method.name, seed)
        folder.mkdir(parents=True, exist_ok=True)
        return self.search.run(method.name, budget, seed, folder, stop)

    def _train(self, jobs: list[tuple[str, int, TrainJob]], title: str, store: Store, stop: Stop) -> None:
        by_key = {job.key: (method, seed) for method, seed, job in jobs}
        executor = self.search.executor(store.folder)
        with StepBar(title, sum(job.steps for _, _, job in jobs)) as bar:
            for job, outcome in executor.run([job for _, _, job in jobs], bar, None, stop):
                store.put_run(finished_run(*by_key[job.key], outcome))
                bar.finish(job)
        stop.check()
