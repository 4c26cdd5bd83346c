"""The store: one SQLite file that is log, checkpoint and lineage of an experiment at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from ...envs import UserError
from .backup import Backup
from .candidate import Candidate
from .change import Change
from .file import NAME, RESTORED, StoreFile
from .lock import FolderLock
from .opinions import Opinion
from .run import EVOLVED, Run

_BASELINES = {"sparse": 0, "human": 1}


class Store:
    """The experiment in a folder. Every change is one transaction: kill -9 loses none that returned.

    Each row has a checksum and each table one of its rows, so what is read is what was written. Where the
    disk is full, a change waits for space. See docs/scaling.md for what else is guarded against, and how.
    It is open until `close` or the end of the ``with`` block.

    Attributes:
        on_candidates: called with candidates once they are stored; None calls nobody.
        on_runs: called with final runs once they are stored; None calls nobody.

    Raises:
        Damaged: if the file is not as it was written, or is no store.
    """

    FILE = NAME
    on_candidates: Callable[[Sequence[Candidate]], None] | None = None
    on_runs: Callable[[Sequence[Run]], None] | None = None

    def __init__(self, folder: Path, lock: FolderLock | None = None) -> None:
        self.folder = folder
        self._lock = lock
        folder.mkdir(parents=True, exist_ok=True)
        self._file = StoreFile(folder / self.FILE, has_backup=lock is not None)

    @classmethod
    def open_to_write(cls, folder: Path) -> Store:
        """Open the store as the one process that trains for it, and keeps its backup.

        Raises:
            UserError: if another process does so already.
            Damaged: see `Store`.
        """
        lock = FolderLock(folder)
        try:
            return cls(folder, lock)
        except BaseException:
            lock.close()
            raise

    @classmethod
    def existing(cls, folder: Path) -> Store:
        """Open the store of an experiment that was started before, to read it or to say an opinion."""
        if not any((folder / name).is_file() for name in (NAME, Backup.FILE, RESTORED)):
            raise UserError(
                f"expected a folder that `rewardsmith evolve` or `bench` has written, got {folder}; "
                "give the folder that was --out there"
            )
        return cls(folder)

    def bind(self, settings: dict[str, Any]) -> None:
        """Tie the folder to these settings the first time; later, insist that they are the same.

        Raises:
            UserError: naming the first setting that differs.
        """
        stored = self.settings()
        rows = [(name, json.dumps(value)) for name, value in settings.items()]
        if not stored:
            self._file.change(lambda change: change.put_all("settings", rows))
            return
        for name in stored | settings:
            if stored.get(name) != json.loads(json.dumps(settings.get(name))):
                raise UserError(
                    f"{self.folder} holds another experiment: {name} was {stored.get(name)!r} there and is "
                    f"{settings.get(name)!r} now; choose another --out, or repeat the first command"
                )

    def settings(self) -> dict[str, Any]:
        """The settings that the folder is tied to; empty for a new folder."""
        return {name: json.loads(value) for name, value in self._file.rows("settings")}

    def candidates(self) -> list[Candidate]:
        """All candidates, in the order of proposal."""
        return [Candidate.from_json(record) for *_, record in self._file.rows("candidates")]

    def put(self, candidates: Iterable[Candidate]) -> None:
        """Write these candidates, new or changed, in one transaction.

        Final runs of the best one until now are taken out with it, since another may be the best now: a
        search that ended early and was tested goes on where its budget is raised.
        """
        changed = list(candidates)
        rows = [(c.id, c.generation, c.state, c.to_json()) for c in changed]

        def write(change: Change) -> None:
            change.remove("runs", method=EVOLVED)
            change.put_all("candidates", rows)

        if not rows:
            return
        self._file.change(write)
        if self.on_candidates is not None:
            self.on_candidates(changed)

    def runs(self) -> list[Run]:
        """All finished runs of the final comparison: baselines first, then by name and seed."""
        runs = [Run.from_json(*row) for row in self._file.rows("runs")]
        return sorted(runs, key=lambda run: _BASELINES.get(run.method, 9))

    def put_run(self, run: Run) -> None:
        """Write one finished run."""
        self._file.change(lambda change: change.put("runs", run.method, run.seed, run.to_json()))
        if self.on_runs is not None:
            self.on_runs([run])

    def opinions(self) -> list[Opinion]:
        """What people said about candidates, latest last."""
        return [Opinion.from_json(record) for _, record in self._file.rows("opinions")]

    def add_opinion(self, opinion: Opinion) -> None:
        """Write what a person said: preference, words and edited programs in one transaction."""
        self._file.change(
            lambda change: change.put("opinions", change.next_id("opinions"), opinion.to_json())
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring the backup up to date, close the file and give up the lock."""
        try:
            self._file.close()
        finally:
            if self._lock is not None:
                self._lock.close()
