"""Tables of scores as rliable takes them: method -> (runs, tasks)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ....envs import UserError
from .intervals import table_of


@dataclass(frozen=True)
class Score:
    """What one run came to; `value` is None where it failed."""

    method: str
    task: str
    seed: int
    value: float | None


@dataclass(frozen=True)
class ScoreTable:
    """Scores of several methods on the same tasks.

    Attributes:
        tasks: names of the M tasks, in the order of the columns.
        scores: method -> (N, M); rows are seeds in ascending order.
    """

    tasks: tuple[str, ...]
    scores: dict[str, np.ndarray]


def score_table(scores: Iterable[Score], failed: float | None = None) -> ScoreTable:
    """Put the runs' scores in tables; methods and tasks keep the order in which they first come.

    Args:
        scores: one for each run.
        failed: the score of a run that failed or is missing; None refuses tables with holes, because a
            method must not gain by leaving its worst runs out.

    Raises:
        UserError: if a run comes twice, or is missing and `failed` is None.
    """
    runs: dict[tuple[str, str, int], float | None] = {}
    for one in scores:
        key = (one.method, one.task, one.seed)
        if key in runs:
            raise UserError(f"{one.method} has two scores for {one.task}, seed {one.seed}; expected one")
        runs[key] = one.value
    methods, tasks = (
        dict.fromkeys(method for method, _, _ in runs),
        dict.fromkeys(task for _, task, _ in runs),
    )
    seeds = {method: sorted({seed for own, _, seed in runs if own == method}) for method in methods}
    return ScoreTable(
        tuple(tasks),
        {
            method: np.array(
                [[_value(runs, (method, task, seed), failed) for task in tasks] for seed in seeds[method]]
            )
            for method in methods
        },
    )


def to_rliable(scores: Iterable[Score], failed: float | None = None) -> dict[str, np.ndarray]:
    """The scores as rliable's functions take them: method -> (runs, tasks). See `score_table`."""
    return score_table(scores, failed).scores


def save_rliable(path: Path, scores: Mapping[str, np.ndarray], tasks: Sequence[str]) -> Path:
    """Write an .npz file with an array (runs, tasks) for each method, and the ``tasks`` of the columns.

    ``dict(np.load(path))`` without its ``tasks`` is what rliable takes.

    Raises:
        UserError: if a method is called ``tasks``, or its scores are not of these tasks.
    """
    if "tasks" in scores:
        raise UserError("a method cannot be called 'tasks': the file keeps the tasks' names there; rename it")
    tables = {method: table_of(own) for method, own in scores.items()}
    for method, own in tables.items():
        if own.shape[1] != len(tasks):
            raise UserError(f"{method!r} has scores of {own.shape[1]} tasks, expected {len(tasks)}")
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, tasks=np.array(tasks, dtype=str), **tables)
    return path


def load_rliable(path: Path) -> ScoreTable:
    """Read what `save_rliable` wrote."""
    with np.load(path, allow_pickle=False) as held:
        tables = {name: held[name] for name in held.files if name != "tasks"}
        return ScoreTable(tuple(held["tasks"].tolist()), tables)


def _value(
    runs: Mapping[tuple[str, str, int], float | None], key: tuple[str, str, int], failed: float | None
) -> float:
    value = runs.get(key)
    if value is None or not np.isfinite(value):
        if failed is None:
            method, task, seed = key
            raise UserError(
                f"{method} has no score for {task}, seed {seed}; run it again, or give failed runs one"
            )
        return failed
    return value
