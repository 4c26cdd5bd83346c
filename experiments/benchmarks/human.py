"""What the human rewards are worth: sparse beside human at one budget, task after task.

Run as ``python -m rewardsmith.experiments.benchmarks.human --suite text --out DIR``; run it again to go on
after an interruption. It writes a table, every run as CSV, and a picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tyro
from matplotlib.figure import Figure

from ...agents import default_algorithm
from ...envs import task_class
from ..comparison.compare import Protocol, baselines, compare
from ..comparison.outputs import comparison_csv
from ..comparison.statistics import Estimate, estimate
from ..comparison.suite import Suite, find_suite
from ..machine import describe_machine
from ..plots import COLOURS
from ..store import Run, Store
from ..training import LocalExecutor

LOOKS = {"sparse": (COLOURS[1], "o"), "human": (COLOURS[0], "s")}
UNSOLVED = 0.5


@dataclass(frozen=True)
class Settings:
    """Train agents on the sparse and on the human reward of several tasks."""

    out: Path
    """Folder for the runs."""
    suite: str = "robots"
    """Tasks with a human reward and their budget: a suite's name, or the path of a file."""
    tasks: tuple[str, ...] = ()
    """Some of the suite's tasks, or others under its budget; none takes all of it."""
    steps: int | None = None
    """Environment steps for each run; none takes the suite's."""
    seeds: int = 5
    """Training seeds for each reward."""
    episodes: int = 50
    """Test episodes for each run."""
    write: Path | None = None
    """Markdown file to write the table to; the CSV and the picture go beside it."""


def main(settings: Settings) -> None:
    """Train what is not yet trained, print the table, and write it where asked."""
    suite = find_suite(settings.suite)
    suite = replace(suite, tasks=settings.tasks or suite.tasks, steps=settings.steps or suite.steps)
    runs = {task: _runs(task, suite, settings) for task in suite.tasks}
    text = table(runs, suite.steps)
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(suite, settings)}\n{text}\n", encoding="utf-8")
        settings.write.with_suffix(".csv").write_text(runs_csv(runs), encoding="utf-8")
        picture(runs).savefig(settings.write.with_suffix(".png"), dpi=150)


def _runs(task: str, suite: Suite, settings: Settings) -> list[Run]:
    protocol = Protocol(task, suite.steps, settings.seeds, settings.episodes, horizon=suite.horizon)
    with Store.open_to_write(settings.out / task) as store:
        store.bind({"kind": "human", **vars(protocol)})
        return compare(store, baselines(task_class(task)), protocol, LocalExecutor(settings.out / "logs"))


def table(runs: dict[str, list[Run]], steps: int) -> str:
    """Success of either reward on each task, held-out instances, and what the budget did not suffice for."""
    columns = {"sparse [95 %]": ("sparse", False), "human [95 %]": ("human", False)}
    if any(run.held_out for own in runs.values() for run in own):
        columns["human, held-out instances [95 %]"] = ("human", True)
    lines = [f"| task | algorithm | {' | '.join(columns)} | |", "|---" * (3 + len(columns)) + "|"]
    for task, own in runs.items():
        found = {False: estimates(own), True: estimates(own, held_out=True)}
        cells = [str(found[held_out].get(method, "-")) for method, held_out in columns.values()]
        algorithm = default_algorithm(task_class(task).spec)
        lines.append(f"| {task} | {algorithm} | {' | '.join(cells)} | {_remarks(own, steps)} |")
    return "\n".join(lines)


def _remarks(runs: list[Run], steps: int) -> str:
    failed, human = sum(bool(run.reason) for run in runs), estimates(runs).get("human")
    remarks = [f"{failed} runs failed"] if failed else []
    if human is not None and human.mean < UNSOLVED:
        remarks.append(f"not learnt with the human reward in {steps:,} steps")
    return "; ".join(remarks)


def estimates(runs: list[Run], held_out: bool = False) -> dict[str, Estimate]:
    """Method -> success over its finished runs, on held-out instances if so wished and the task has them."""
    rng = np.random.default_rng(0)
    successes: dict[str, list[np.ndarray]] = {}
    for run in runs:
        evaluation = run.held_out if held_out else run.evaluation
        if evaluation is not None:
            successes.setdefault(run.method, []).append(evaluation.success)
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


def runs_csv(runs: dict[str, list[Run]]) -> str:
    """One row for each run of each task."""
    rows: list[str] = []
    for task, own in runs.items():
        head, *lines = comparison_csv(own).splitlines()
        rows += [*([] if rows else [f"task,{head}"]), *(f"{task},{line}" for line in lines)]
    return "\n".join(rows) + "\n"


def _preface(suite: Suite, settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "sb3-contrib", "mujoco", "metaworld", "numpy")
    horizon = "their own horizons" if suite.horizon is None else f"episodes of {suite.horizon} steps"
    return (
        "# Sparse beside human rewards\n\n"
        f"Success of agents after {suite.steps:,} environment steps ({horizon}), {settings.seeds} "
        f"training seeds,\n{settings.episodes} test episodes each, two-level bootstrap; written by\n"
        "`python -m rewardsmith.experiments.benchmarks.human "
        f"--suite {settings.suite} --out DIR --write FILE`.\n"
        f"{machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
