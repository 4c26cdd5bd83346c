"""What a benchmark came to: one record for each task, method and seed, read from its folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ....envs import UserError
from ...store import Candidate, Run, Store
from ..statistics import Normalised, Score, normalise, score_table
from .budgets import TaskBudget
from .methods import Given, Searched
from .run import Benchmark
from .searches import Found, found


@dataclass(frozen=True)
class BenchRun:
    """One run of a benchmark.

    Attributes:
        task: the task's name.
        run: the method's reward, re-trained on one training seed and tested.
        steps_searched: environment steps before the final training.
        steps_trained: environment steps of the final training, in whole rollouts; 0 where it failed.
        seconds: of searching and training, as far as noted; of a population, the run's share.
        made_by: how a search made the reward; empty for a reward that was there already.
    """

    task: str
    run: Run
    steps_searched: int = 0
    steps_trained: int = 0
    seconds: float = 0.0
    made_by: str = ""

    @property
    def success(self) -> float | None:
        """Success rate on the test seeds; None where the run failed."""
        return None if self.run.evaluation is None else self.run.evaluation.success_rate


def bench_runs(benchmark: Benchmark) -> list[BenchRun]:
    """All finished runs of the methods and seeds of a benchmark: by task, method and seed."""
    return [
        _bench_run(benchmark, budget, method, run)
        for budget in benchmark.tasks
        for runs in [_stored(benchmark.folder(budget))[1]]
        for method in benchmark.methods
        for run in runs
        if run.method == method.name and run.seed < benchmark.seeds
    ]


def _bench_run(benchmark: Benchmark, budget: TaskBudget, method: Given | Searched, run: Run) -> BenchRun:
    search = Found(None, "", 0, 0.0)
    if isinstance(method, Searched):
        folder = benchmark.search_folder(budget, method.name, run.seed)
        search = found(method.name, _stored(folder)[0])
    return BenchRun(
        budget.name,
        run,
        search.steps,
        int(run.trace.steps[-1]) if run.trace is not None else 0,
        search.seconds + (run.seconds or 0.0),
        search.made_by,
    )


def _stored(folder: Path) -> tuple[list[Candidate], list[Run]]:
    with Store.existing(folder) as store:
        return store.candidates(), store.runs()


def success_scores(runs: Sequence[BenchRun]) -> list[Score]:
    """The success of every run, as the statistics take it."""
    return [Score(own.run.method, own.task, own.run.seed, own.success) for own in runs]


def normalised_scores(runs: Sequence[BenchRun]) -> Normalised | str:
    """Human-normalised scores; a failed run has success 0. Where there are none, why, in one line."""
    table = score_table(success_scores(runs), failed=0.0)
    try:
        scores = normalise(table.scores, table.tasks)
    except UserError as error:
        return str(error)
    if scores.defined.any():
        return scores
    return "no task has a scale: " + "; ".join(
        f"{task}: {flag}" for task, flag in zip(scores.tasks, scores.flags, strict=True)
    )
