"""What the human rewards are worth: sparse beside human at one budget, task after task.

Run as ``python -m rewardsmith.experiments.benchmark_human --out DIR``; run it again to go on after an
interruption. It writes a table, every run as CSV, and a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from matplotlib.figure import Figure

from ..agents import default_algorithm
from ..envs import task_class
from .compare import Protocol, baselines, compare
from .executor import LocalExecutor
from .machine import describe_machine
from .outputs import comparison_csv
from .plots import COLOURS
from .statistics import Estimate, estimate
from .store import Run, Store

TASKS = ("reach", "window-open", "door-close", "button-press", "handle-press", "fetch-reach", "hopper-run")
LOOKS = {"sparse": (COLOURS[1], "o"), "human": (COLOURS[0], "s")}
UNSOLVED = 0.5


@dataclass(frozen=True)
class Settings:
    """Train agents on the sparse and on the human reward of several tasks."""

    out: Path
    """Folder for the runs."""
    tasks: tuple[str, ...] = TASKS
    """Names of tasks with a human reward."""
    steps: int = 60_000
    """Environment steps for each run."""
    horizon: int | None = 150
    """Episode length in steps; none takes each task's own."""
    seeds: int = 5
    """Training seeds for each reward."""
    episodes: int = 50
    """Test episodes for each run."""
    write: Path | None = None
    """Markdown file to write the table to; the CSV and the picture go beside it."""


def main(settings: Settings) -> None:
    """Train what is not yet trained, print the table, and write it where asked."""
    runs = {task: _runs(task, settings) for task in settings.tasks}
    text = table(runs, settings)
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")
        settings.write.with_suffix(".csv").write_text(_csv(runs), encoding="utf-8")
        picture(runs).savefig(settings.write.with_suffix(".png"), dpi=150)


def _runs(task: str, settings: Settings) -> list[Run]:
    protocol = Protocol(task, settings.steps, settings.seeds, settings.episodes, horizon=settings.horizon)
    store = Store(settings.out / task)
    store.bind({"kind": "human", **vars(protocol)})
    try:
        return compare(store, baselines(task_class(task)), protocol, LocalExecutor(settings.out / "logs"))
    finally:
        store.close()


def table(runs: dict[str, list[Run]], settings: Settings) -> str:
    """Success of either reward on each task, and what the budget did not suffice for."""
    lines = [
        "| task | algorithm | sparse [95 %] | human [95 %] | |",
        "|---|---|---|---|---|",
    ]
    for task, own in runs.items():
        found = estimates(own)
        human = found.get("human")
        failed = sum(bool(run.reason) for run in own)
        remarks = [f"{failed} runs failed"] if failed else []
        if human is not None and human.mean < UNSOLVED:
            remarks.append(f"not learnt with the human reward in {settings.steps:,} steps")
        cells = [str(found.get(method, "none finished")) for method in ("sparse", "human")]
        algorithm = default_algorithm(task_class(task).spec)
        lines.append(f"| {task} | {algorithm} | {' | '.join(cells)} | {'; '.join(remarks)} |")
    return "\n".join(lines)


def estimates(runs: list[Run]) -> dict[str, Estimate]:
    """Method -> success over its finished runs."""
    rng = np.random.default_rng(0)
    successes: dict[str, list[np.ndarray]] = {}
    for run in runs:
        if run.evaluation is not None:
            successes.setdefault(run.method, []).append(run.evaluation.success)
    return {method: estimate(values, rng) for method, values in successes.items()}


def picture(runs: dict[str, list[Run]]) -> Figure:
    """Success and intervals of either reward, a row for each task."""
    figure = Figure(figsize=(6.5, 0.8 + 0.45 * len(runs)), layout="constrained")
    axes = figure.add_subplot()
    for row, own in enumerate(runs.values()):
        for offset, (method, found) in zip((0.12, -0.12), estimates(own).items(), strict=False):
            spread = [[found.mean - found.low], [found.high - found.mean]]
            colour, marker = LOOKS[method]
            axes.errorbar(
                found.mean, row + offset, xerr=spread, fmt=marker, capsize=3,
                color=colour, label=method if row == 0 else None,
            )  # fmt: skip
    axes.set_yticks(range(len(runs)), list(runs))
    axes.invert_yaxis()
    axes.set_xlim(-0.03, 1.03)
    axes.set_xlabel("success on test seeds (mean, 95 % interval)")
    axes.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside upper right", ncols=2, frameon=False)
    return figure


def _csv(runs: dict[str, list[Run]]) -> str:
    rows: list[str] = []
    for task, own in runs.items():
        head, *lines = comparison_csv(own).splitlines()
        rows += [*([] if rows else [f"task,{head}"]), *(f"{task},{line}" for line in lines)]
    return "\n".join(rows) + "\n"


def _preface(settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "mujoco", "metaworld", "numpy")
    horizon = "their own horizons" if settings.horizon is None else f"episodes of {settings.horizon} steps"
    return (
        "# Sparse beside human rewards\n\n"
        f"Success of agents after {settings.steps:,} environment steps ({horizon}), {settings.seeds} "
        f"training seeds,\n{settings.episodes} test episodes each, two-level bootstrap; written by\n"
        "`python -m rewardsmith.experiments.benchmark_human --out DIR --write FILE`.\n"
        f"{machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
