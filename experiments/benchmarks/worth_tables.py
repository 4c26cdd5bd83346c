"""Tables of what offline scores of rewards foretell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...envs import UserError
from ..worth import SCORES, null_range, rank_correlation

# A reward ranks episodes well, and yet no policy learns from it.
WELL, BADLY = 0.9, 0.05


class Row(NamedTuple):
    """A trained reward: where it is from, what a policy trained on it came to, and its offline scores."""

    task: str
    source: str
    name: str
    independent: bool
    success: float
    during: float
    accuracy: float
    accuracy_discounted: float
    success_pairs: float
    return_correlation: float
    epic: float
    starc_val: float
    starc_minimal: float
    random_return: float
    size: float


def written(rows: Iterable[Row], path: Path) -> list[Row]:
    """All rows, each of them in the file as soon as it is there, below the names of the columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = []
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        for row in rows:
            writer.writerow([f"{v:.6g}" if isinstance(v, float) else v for v in row])
            file.flush()
            known.append(row)
    return known


def read_csv(path: Path) -> list[Row]:
    """Read what `written` wrote.

    Raises:
        UserError: if there is no such file, or it has other columns.
    """
    if not path.is_file():
        raise UserError(f"expected the scores of an earlier run in {path}, found no such file")
    with path.open(newline="", encoding="utf-8") as file:
        names, *lines = csv.reader(file)
    if tuple(names) != Row._fields:
        raise UserError(f"expected the columns {', '.join(Row._fields)} in {path}, got {', '.join(names)}")
    return [Row(line[0], line[1], line[2], line[3] == "True", *map(float, line[4:])) for line in lines]


def correlation_table(rows: Sequence[Row], seed: int = 0) -> str:
    """Spearman's rho of each score with final success, for all candidates and for independent ones.

    The success itself, and a score that is shuffled, show what the best and the worst score come to.
    """
    groups = _groups([row for row in rows if row.source != "planted"])
    lines = [
        f"| Spearman's rho with final success | {' | '.join(f'{n} ({len(g)})' for n, g in groups.items())} |",
        "|---|" + "---:|" * len(groups),
    ]
    for name, words in {**SCORES, "success": "success itself", "shuffled": "accuracy, shuffled"}.items():
        cells = [_correlation(group, name, seed) for group in groups.values()]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    cells = [_null(group, seed) for group in groups.values()]
    lines.append(f"| 95% of shuffled scores | {' | '.join(cells)} |")
    return "\n".join(lines)


def mismatch_table(rows: Sequence[Row]) -> str:
    """How often a reward ranks episodes well and no policy learns from it, and the planted one of them."""
    lines = [
        f"| task | candidates | rank {WELL:.0%} of the pairs rightly | of these, success up to {BADLY:.0%} |",
        "|---|---:|---:|---:|",
    ]
    for task in dict.fromkeys(row.task for row in rows):
        group = [row for row in rows if row.task == task and row.source != "planted"]
        well = [row for row in group if row.accuracy >= WELL]
        badly = sum(row.success <= BADLY for row in well)
        lines.append(f"| {task} | {len(group)} | {len(well)} | {badly} |")
    planted = [
        f"\nPlanted on {row.task} (`{row.name}`): it ranks {row.accuracy:.0%} of the pairs rightly, "
        f"{row.success_pairs:.0%} of those of a success and a failure, and the policy trained on it succeeds "
        f"in {row.success:.0%} of its episodes."
        for row in rows
        if row.source == "planted"
    ]
    return "\n".join(lines + planted)


def _groups(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for task in dict.fromkeys(row.task for row in rows):
        group = [row for row in rows if row.task == task]
        alone = [row for row in group if row.independent]
        groups |= {task: group} | ({f"{task}, independent": alone} if 2 < len(alone) < len(group) else {})
    return groups


def _columns(group: Sequence[Row], name: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    shuffled = name == "shuffled"
    scores = np.array([getattr(row, "accuracy" if shuffled else name) for row in group])
    return rng.permutation(scores) if shuffled else scores, np.array([row.success for row in group])


def _correlation(group: Sequence[Row], name: str, seed: int) -> str:
    rng = np.random.default_rng(seed)
    return str(rank_correlation(*_columns(group, name, rng), rng))


def _null(group: Sequence[Row], seed: int) -> str:
    rng = np.random.default_rng(seed)
    low, high = null_range(*_columns(group, "accuracy", rng), rng)
    return f"[{low:+.2f}, {high:+.2f}]"
