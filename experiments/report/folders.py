"""What lies in the folder of an evolution or of one task of a benchmark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...envs import UserError
from ..plots.bench_rows import BENCH, Row, read_bench
from ..store import Candidate, Run, Store, best_of


@dataclass(frozen=True)
class TaskFolder:
    """One task's.

    Attributes:
        folder: where its store stands.
        settings: of the evolution, or of the task's part in the benchmark.
        runs: of the final test.
        searches: folder -> candidates; of an evolution its own alone.
    """

    folder: Path
    settings: dict[str, Any]
    runs: list[Run]
    searches: dict[Path, list[Candidate]]

    @property
    def is_bench(self) -> bool:
        """Whether it belongs to a benchmark."""
        return self.settings.get("kind") == "bench"

    @property
    def agents(self) -> Path:
        """Where its agents stand."""
        return self.folder / "agents"

    @property
    def candidates(self) -> list[Candidate]:
        """Those of all searches."""
        return [candidate for candidates in self.searches.values() for candidate in candidates]

    def best_search(self) -> Path | None:
        """The search that found what did best on its selection seeds, an evolution of equals; else None."""
        found = {folder: best_of(candidates) for folder, candidates in self.searches.items()}
        ranks = {
            folder: (best.rank, folder.name.startswith("evolve"))
            for folder, best in found.items()
            if best is not None
        }
        return max(ranks, key=lambda folder: ranks[folder], default=None)


def task_folders(folder: Path) -> list[TaskFolder]:
    """The folder itself where it has a store, else those in it that have.

    Raises:
        UserError: if there is none.
    """
    inner = [] if (folder / Store.FILE).is_file() else sorted(folder.glob(f"*/{Store.FILE}"))
    # One without any is opened as well: the store says what was expected, or how to repair it.
    found = [_read(file.parent) for file in inner or [folder / Store.FILE]]
    if (folder / BENCH).is_file():
        found = _as_in_its_table(found, read_bench(folder / BENCH))
    strange = [one.folder for one in found if "task" not in one.settings]
    if strange:
        raise UserError(f"{strange[0]} holds no experiment on a task yet; run its command until it has begun")
    return found


def _as_in_its_table(found: list[TaskFolder], rows: list[Row]) -> list[TaskFolder]:
    """Tasks and methods in the order of the benchmark's own table; what it lacks comes last."""
    tasks = _places(row.task for row in rows)
    methods = _places(row.method for row in rows)
    ordered = [
        replace(task, runs=sorted(task.runs, key=lambda run: methods.get(run.method, len(methods))))
        for task in found
    ]
    return sorted(ordered, key=lambda task: tasks.get(task.folder.name, len(tasks)))


def _places(names: Iterable[str]) -> dict[str, int]:
    """Each name's place in the order in which they first come."""
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _read(folder: Path) -> TaskFolder:
    settings, candidates, runs = _stored(folder)
    files = sorted(folder.glob(f"searches/*/{Store.FILE}"))
    searches = {file.parent: _stored(file.parent)[1] for file in files}
    return TaskFolder(folder, settings, runs, {folder: candidates} if candidates else searches)


def _stored(folder: Path) -> tuple[dict[str, Any], list[Candidate], list[Run]]:
    with Store.existing(folder) as store:
        return store.settings(), store.candidates(), store.runs()
