"""What stands for all tasks of a benchmark together."""

from __future__ import annotations

from collections.abc import Sequence

from ..comparison.bench import BenchRun
from ..comparison.bench.searches import found
from ..comparison.bench.tables import bench_table
from ..store import Run
from .folders import TaskFolder
from .tables import Block, blocks_of, named_for_tables


def over_tasks(tasks: Sequence[TaskFolder]) -> list[Block]:
    """The benchmark's own tables, once every method has run on every task with all of its seeds.

    Until then a mean over tasks would favour methods whose hard tasks are still to come.
    """
    runs = [_bench_run(task, run) for task in tasks for run in named_for_tables(task.runs)]
    if not runs:
        return [Block(text="No run of the final test has finished yet.")]
    there = {(own.task, own.run.method, own.run.seed) for own in runs}
    methods = {(method, seed) for _, method, seed in there}
    missing = len(methods) * len(tasks) - len(there)
    if missing:
        return [
            Block(
                text=f"{missing} of {len(methods) * len(tasks)} runs are still to come; figures over all "
                "tasks stand here once they have finished."
            )
        ]
    return blocks_of(bench_table(runs))


def _bench_run(task: TaskFolder, run: Run) -> BenchRun:
    search = task.searches.get(task.folder / "searches" / f"{run.method}-{run.seed}", [])
    steps = found(run.method, search).steps if search else 0
    return BenchRun(task.folder.name, run, steps_searched=steps)
