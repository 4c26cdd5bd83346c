"""From a folder to the contents of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..plots import bench_pictures
from ..plots.comparison import by_method
from ..plots.save_bench import BENCH
from ..store import EVOLVED, Run
from .contents import Fact, Report, TaskPart
from .cost import Cost, final_cost, search_cost
from .facts import cost_facts, search_facts
from .folders import TaskFolder, task_folders
from .origins import versions_now, versions_then
from .over_tasks import over_tasks
from .pictures import Figure, figures_of
from .tables import Table
from .task_part import task_part
from .watched import watch, watchable

# Bytes of all pictures: with the text, the page stays below the 10 MB that mail and issue trackers take.
MOST_BYTES = 9_000_000
_FIGURES_BYTES = 5_000_000
# About as many belong to a task.
_MOST_FIGURES = 13
# A film's bytes are four thirds as many characters.
_FILM_SHARE = 0.7
_BASELINES = ("sparse", "human")


def read_report(folder: Path, films: bool = True) -> Report:
    """The page of an evolution's or a benchmark's folder, as far as that has come.

    Args:
        folder: what was --out.
        films: whether saved agents are played again.

    Raises:
        UserError: if the folder is neither.
    """
    tasks = task_folders(folder)
    figure_bytes = _FIGURES_BYTES // (_MOST_FIGURES * len(tasks))
    parts = [task_part(task, figure_bytes) for task in tasks]
    figures = figures_of(bench_pictures(folder), figure_bytes) if (folder / BENCH).is_file() else []
    if films:
        room = MOST_BYTES - _size(figures) - sum(part.bytes for part in parts)
        parts = _with_films(tasks, parts, int(room * _FILM_SHARE))
    several = len(tasks) > 1
    return Report(
        kind="benchmark" if tasks[0].is_bench else "evolution",
        title=f"Benchmark of {len(tasks)} tasks" if several else parts[0].name,
        facts=_facts(tasks) if several else [],
        summary=over_tasks(tasks) if tasks[0].is_bench else [],
        figures=figures,
        tasks=parts,
        versions=_versions(folder),
    )


def _with_films(tasks: Sequence[TaskFolder], parts: Sequence[TaskPart], room: int) -> list[TaskPart]:
    agents = [watchable(task.runs, task.agents, _methods(task.runs)) for task in tasks]
    share = max(0, room) // max(1, sum(map(len, agents)))
    return [
        replace(part, watched=[watch(run, agent, task.settings, share) for run, agent in own])
        for task, part, own in zip(tasks, parts, agents, strict=True)
    ]


def _methods(runs: Sequence[Run]) -> list[str]:
    """The baselines, and what was evolved or else did best of all others."""
    rates = {
        method: np.mean([run.evaluation.success_rate for run in own if run.evaluation is not None])
        for method, own in by_method(runs).items()
        if method not in _BASELINES and any(run.evaluation is not None for run in own)
    }
    best = [EVOLVED] if EVOLVED in rates else sorted(rates, key=lambda method: -rates[method])[:1]
    return [*_BASELINES, *best]


def _facts(tasks: Sequence[TaskFolder]) -> list[Fact]:
    cost = sum((search_cost(t.candidates) + final_cost(t.runs) for t in tasks), Cost())
    return [*search_facts([c for t in tasks for c in t.candidates]), *cost_facts(cost)]


def _size(figures: Sequence[Figure]) -> int:
    return sum(len(figure.address) for figure in figures)


def _versions(folder: Path) -> Table:
    now, then = versions_now(), versions_then(folder)
    rows = tuple((name, then.get(name, "not noted"), version) for name, version in now.items())
    return Table(("", "when the agents were trained", "when this page was written"), rows)
