"""Reads ``bench.csv``: what each run of each method came to on each task."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...envs import UserError

BENCH = "bench.csv"
COLUMNS = ("task", "method", "seed", "success")
FAILED = 0.0


@dataclass(frozen=True)
class Row:
    """One run.

    Attributes:
        task: the task's name.
        method: the method's.
        seed: index of the training seed.
        success: success rate on the test seeds; None where the run failed.
        normalised: human-normalised score; nan where there is none.
    """

    task: str
    method: str
    seed: int
    success: float | None
    normalised: float


def read_bench(path: Path) -> list[Row]:
    """The rows of a benchmark's table.

    Raises:
        UserError: if the file is missing, lacks columns or holds what is no number.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or [])]
            if missing:
                raise UserError(f"{path} lacks the columns {missing}; write it with `rewardsmith bench`")
            return [_row(line) for line in table]
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}; write it with `rewardsmith bench`") from error
    except (ValueError, TypeError) as error:
        raise UserError(
            f"{path} holds what is no number: {error}; write it with `rewardsmith bench`"
        ) from error


def complete(rows: Sequence[Row]) -> list[Row]:
    """The rows of tasks that every method has run, and of seeds that a method has run on all of those."""
    methods = {row.method for row in rows}
    run = {(row.task, row.method) for row in rows}
    tasks = {row.task for row in rows if all((row.task, method) in run for method in methods)}
    kept = [row for row in rows if row.task in tasks]
    seeds = {(row.task, row.method, row.seed) for row in kept}
    return [row for row in kept if all((task, row.method, row.seed) in seeds for task in tasks)]


def _row(line: dict[str, str]) -> Row:
    success, normalised = line["success"], line.get("normalised") or ""
    return Row(
        line["task"],
        line["method"],
        int(line["seed"]),
        float(success) if success else None,
        float(normalised) if normalised else math.nan,
    )
