"""The tables of a benchmark: ``bench.csv`` and ``bench.md``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from ..outputs import comparison_table
from ..statistics import (
    Normalised,
    estimate,
    improvement,
    improvement_interval,
    iqm,
    score_table,
    stratified_interval,
)
from .results import BenchRun, normalised_scores, success_scores

COLUMNS = (
    "task", "method", "seed", "success", "normalised", "held_out_success", "metric", "reward_per_step",
    "illegal_rate", "steps_searched", "steps_trained", "seconds", "made_by", "reason",
)  # fmt: skip
REFERENCES = ("sparse", "iid")


def bench_csv(runs: Sequence[BenchRun]) -> str:
    """One row for each run; no success where it failed, no normalised score where the task has no scale."""
    scores = normalised_scores(runs)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for own in runs:
        evaluation, held_out = own.run.evaluation, own.run.held_out
        writer.writerow(
            [
                own.task,
                own.run.method,
                own.run.seed,
                "" if own.success is None else f"{own.success:.4f}",
                _normalised(own, scores),
                "" if held_out is None else f"{held_out.success_rate:.4f}",
                "" if evaluation is None else f"{evaluation.metric.mean():.4f}",
                "" if own.run.last_reward is None else f"{own.run.last_reward:.6g}",
                "" if evaluation is None else f"{evaluation.illegal_rate:.4f}",
                own.steps_searched,
                own.steps_trained,
                f"{own.seconds:.1f}",
                own.made_by,
                own.run.reason,
            ]
        )
    return buffer.getvalue()


def _normalised(own: BenchRun, scores: Normalised | str) -> str:
    if isinstance(scores, str) or own.success is None:
        return ""
    task = scores.tasks.index(own.task)
    low, high = (scores.raw[name][:, task].mean() for name in ("sparse", "human"))
    return "" if scores.flags[task] else f"{(own.success - low) / (high - low):.4f}"


def bench_table(runs: Sequence[BenchRun]) -> str:
    """Success of each method on each task, then what stands for all tasks, as Markdown."""
    failed = [own for own in runs if own.success is None]
    parts = ["## Success on test seeds, mean [95 %]\n", _by_task(runs)]
    if failed:
        lines = [f"- {own.task}, {own.run.method}, seed {own.run.seed}: {own.run.reason}" for own in failed]
        parts += [f"Failed runs: {len(failed)}; they count as success 0 in all that follows.\n", *lines, ""]
    return "\n".join([*parts, *_over_tasks(runs)]) + "\n"


def task_tables(runs: Sequence[BenchRun]) -> str:
    """For each task what else there is to say of the runs: held-out instances, reward paid, every seed."""
    tasks = dict.fromkeys(own.task for own in runs)
    tables = {task: comparison_table([own.run for own in runs if own.task == task]) for task in tasks}
    return "\n".join(f"## {task}\n\n{table}" for task, table in tables.items())


def _by_task(runs: Sequence[BenchRun]) -> str:
    methods = dict.fromkeys(own.run.method for own in runs)
    rng = np.random.default_rng(0)
    lines = [f"| task | {' | '.join(methods)} |", "|---" * (1 + len(methods)) + "|"]
    for task in dict.fromkeys(own.task for own in runs):
        cells = [_cell([r for r in runs if (r.task, r.run.method) == (task, name)], rng) for name in methods]
        lines.append(f"| {task} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(runs: Sequence[BenchRun], rng: np.random.Generator) -> str:
    successes = [own.run.evaluation.success for own in runs if own.run.evaluation is not None]
    failures = f", {len(runs) - len(successes)} failed" if len(runs) > len(successes) else ""
    return (str(estimate(successes, rng)) if successes else "none finished") + failures


def _over_tasks(runs: Sequence[BenchRun]) -> list[str]:
    scores = normalised_scores(runs)
    raw = score_table(success_scores(runs), failed=0.0).scores
    rng = np.random.default_rng(0)
    columns: dict[str, Callable[[str], str]] = {}
    note = ""
    if isinstance(scores, str):
        note = f"No human-normalised scores: {scores}.\n"
    else:
        comparable = scores.comparable()
        columns["normalised score, IQM [95 %]"] = lambda name: _iqm(comparable[name], rng)
        flagged = [f"{task} ({flag})" for task, flag in zip(scores.tasks, scores.flags, strict=True) if flag]
        if flagged:
            note = f"Without a scale, and left out of the normalised score: {', '.join(flagged)}.\n"
    columns["success, IQM [95 %]"] = lambda name: _iqm(raw[name], rng)
    for reference in REFERENCES:
        if reference in raw:
            columns[f"better than {reference} [95 %]"] = partial(_better, reference, raw, rng)
    columns["steps searched"] = lambda name: f"{_searched(runs, name):,}"
    tasks, seeds = len(dict.fromkeys(own.task for own in runs)), max(len(own) for own in raw.values())
    lines = [f"| method | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    lines += [f"| {name} | {' | '.join(cell(name) for cell in columns.values())} |" for name in raw]
    return [
        f"## All tasks: {tasks}, {seeds} seeds each\n",
        *lines,
        "",
        "Normalised: (success - sparse) / (human - sparse). Better than: the probability that a run beats "
        "one of the other\nmethod on the same task. Intervals are stratified bootstraps over seeds. Steps "
        "searched: of one search, on average,\nbefore the final training that all methods have in common.\n",
        note,
    ]


def _iqm(scores: np.ndarray, rng: np.random.Generator) -> str:
    return _with_bounds(iqm(scores), stratified_interval(scores, iqm, rng))


def _better(reference: str, scores: Mapping[str, np.ndarray], rng: np.random.Generator, method: str) -> str:
    if method == reference:
        return ""
    own, others = scores[method], scores[reference]
    return _with_bounds(improvement(own, others), improvement_interval(own, others, rng))


def _with_bounds(value: float, bounds: tuple[float, float]) -> str:
    low, high = bounds
    return f"{value:.2f}" if np.isnan(low) else f"{value:.2f} [{low:.2f}, {high:.2f}]"


def _searched(runs: Sequence[BenchRun], method: str) -> int:
    return round(float(np.mean([own.steps_searched for own in runs if own.run.method == method])))
