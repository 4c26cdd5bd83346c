"""What a benchmark was asked for: without its budgets and seeds a table of success says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ...machine import describe_machine
from .budgets import TaskBudget
from .methods import Searched
from .run import Benchmark

_PACKAGES = ("torch", "stable-baselines3", "sb3-contrib", "mujoco", "metaworld", "numpy")


def asked(benchmark: Benchmark) -> str:
    """The budgets of all tasks as a Markdown table, then seeds, episodes, proposer and machine in words."""
    search = benchmark.search
    words = [
        f"{benchmark.seeds} training seeds of each method, derived from seed {search.seed}; "
        f"{benchmark.episodes} test episodes of each run.",
        f"Trained by {search.algo or 'the algorithm that suits the task'}.",
    ]
    searches = any(isinstance(method, Searched) for method in benchmark.methods)
    if searches:
        model = f", model {search.model}" if search.model else ""
        raced = "raced: what is stopped pays for further ones" if search.racing else "not raced"
        words.append(f"Searches have the {search.proposer} proposer{model}; candidates are {raced}.")
    words.append(f"{describe_machine(*_PACKAGES)}.")
    return "\n\n".join([_budget_table(benchmark.tasks, searches), "\n".join(words)]) + "\n"


def _budget_table(tasks: Sequence[TaskBudget], searches: bool) -> str:
    groups: dict[tuple[str, ...], list[str]] = {}
    for task in tasks:
        groups.setdefault(_spent(task)[: None if searches else 2], []).append(task.name)
    titles = ["tasks", "environment steps of a training", "episode length"]
    titles += ["environment steps of a search"] if searches else []
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    lines += [f"| {', '.join(names)} | {' | '.join(cells)} |" for cells, names in groups.items()]
    return "\n".join(lines)


def _spent(task: TaskBudget) -> tuple[str, str, str]:
    length = "the task's own" if task.horizon is None else str(task.horizon)
    trainings = f"{task.generations} x {task.samples} trainings"
    return f"{task.steps:,}", length, f"{task.search_steps:,} ({trainings})"
