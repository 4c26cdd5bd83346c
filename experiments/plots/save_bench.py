"""Pictures of a benchmark: every method on every task of a suite."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...envs import TrainingTrace
from ..comparison.statistics import (
    Band,
    Score,
    normalise,
    performance_profile,
    sample_efficiency,
    score_table,
    success_curves,
)
from ..store import Run, Store
from .bands import performance_profiles, sample_efficiency_curves
from .bench_rows import BENCH, FAILED, Row, complete, read_bench
from .comparison import by_method
from .heatmap import score_heatmap
from .picture import Picture, save_pictures
from .style import COLUMN

__all__ = ["BENCH", "bench_pictures", "save_bench_plots"]

THRESHOLDS = 101


def save_bench_plots(folder: Path) -> list[Path]:
    """Draw what a benchmark's folder has data for into its ``plots``; the paths of the PNG files.

    Raises:
        UserError: if ``bench.csv`` is missing or lacks columns.
    """
    return save_pictures(bench_pictures(folder), folder / "plots")


def bench_pictures(folder: Path) -> list[Picture]:
    """What a benchmark's folder has data for, to be drawn.

    ``bench.csv`` gives the scores; the stores in its folders of tasks give the curves. Tasks and seeds that
    some method still lacks are left out of profiles and curves; a run that failed counts as no success.

    Raises:
        UserError: if ``bench.csv`` is missing or lacks columns.
    """
    rows = read_bench(folder / BENCH)
    scores = [*_maps(rows), *_profiles(complete(rows))] if rows else []
    return [*scores, *_curves(folder, _names(rows)[0])]


def _maps(rows: list[Row]) -> list[Picture]:
    raw = _means(rows, [FAILED if row.success is None else row.success for row in rows])
    pictures = [_map("scores", raw, rows, "success on test seeds", "Success")]
    normalised = _means(rows, [row.normalised for row in rows])
    if np.isfinite(normalised).any():
        pictures.append(
            _map("scores_normalised", normalised, rows, "human-normalised score", "Normalised score")
        )
    return pictures


def _map(name: str, means: np.ndarray, rows: list[Row], score: str, title: str) -> Picture:
    methods, tasks = _names(rows)
    return Picture(
        name,
        lambda ax: score_heatmap(means, methods, tasks, ax, score, f"{title} by task and method"),
        width=max(COLUMN, 1.85 + 0.31 * len(methods)),
        height=max(2.0, 1.3 + 0.18 * len(tasks)),
    )


def _profiles(rows: list[Row]) -> list[Picture]:
    if not rows:
        return []
    table = score_table([Score(r.method, r.task, r.seed, r.success) for r in rows], failed=FAILED)
    scores, name = table.scores, "success rate"
    if {"sparse", "human"} <= set(scores):
        found = normalise(scores, table.tasks)
        if found.defined.any():
            scores, name = found.comparable(), "human-normalised score"
    lowest = min(float(own.min()) for own in scores.values())
    highest = max(float(own.max()) for own in scores.values())
    # A single run far off must not squeeze all others into a corner.
    taus = np.linspace(max(-1.0, min(0.0, lowest)), min(2.0, max(1.0, highest)), THRESHOLDS)
    profiles = {method: performance_profile(own, taus) for method, own in scores.items()}
    return [Picture("performance_profiles", lambda ax: performance_profiles(profiles, ax, name))]


def _curves(folder: Path, order: list[str]) -> list[Picture]:
    """Methods in the same `order`, and so in the same colours, as in the other pictures."""
    by_task = [by_method(_runs(path.parent)) for path in sorted(folder.glob(f"*/{Store.FILE}"))]
    by_task = [runs for runs in by_task if runs]
    methods = [method for method in order if by_task and all(method in runs for runs in by_task)]
    curves = {method: curve for method in methods if (curve := _curve([runs[method] for runs in by_task]))}
    if not curves:
        return []
    label = f"IQM of success, {len(by_task)} task{'s' if len(by_task) > 1 else ''}"
    steps = "environment steps of the final training"
    return [Picture("sample_efficiency", lambda ax: sample_efficiency_curves(curves, ax, label, steps))]


def _curve(by_task: list[list[Run]]) -> Band | None:
    """IQM over the tasks' runs of one method, as far as the shortest goes; None where none has finished."""
    seeds = set.intersection(*({run.seed for run in runs} for runs in by_task))
    finished = [
        run.trace for runs in by_task for run in runs if run.trace is not None and len(run.trace.steps)
    ]
    if not seeds or not finished:
        return None
    steps = min((trace.steps for trace in finished), key=lambda own: own[-1])
    nothing = TrainingTrace(steps, np.full(len(steps), FAILED))
    traces = [
        [
            run.trace if run.trace is not None and len(run.trace.steps) else nothing
            for run in runs
            if run.seed in seeds
        ]
        for runs in by_task
    ]
    return sample_efficiency(success_curves(traces, steps), steps, np.random.default_rng(0))


def _runs(folder: Path) -> list[Run]:
    with Store.existing(folder) as store:
        return store.runs()


def _means(rows: list[Row], values: list[float]) -> np.ndarray:
    """Means over seeds (tasks, methods); nan where there is none."""
    methods, tasks = _names(rows)
    means = np.full((len(tasks), len(methods)), np.nan)
    for at in np.ndindex(means.shape):
        own = [
            value
            for row, value in zip(rows, values, strict=True)
            if (row.task, row.method) == (tasks[at[0]], methods[at[1]]) and np.isfinite(value)
        ]
        if own:
            means[at] = np.mean(own)
    return means


def _names(rows: list[Row]) -> tuple[list[str], list[str]]:
    """Methods and tasks, in the order in which they first come."""
    return list(dict.fromkeys(row.method for row in rows)), list(dict.fromkeys(row.task for row in rows))
