"""The store: one SQLite file that is log, checkpoint and lineage of an experiment at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...envs import UserError
from .candidate import Candidate
from .opinions import Opinion
from .run import EVOLVED, Run

_BASELINES = {"sparse": 0, "human": 1}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS candidates (
    id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (method TEXT, seed INTEGER, record TEXT NOT NULL, PRIMARY KEY (method, seed));
CREATE TABLE IF NOT EXISTS opinions (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
"""


class Store:
    """The experiment in a folder. Every change is one transaction: kill -9 loses none that returned.

    Raises:
        UserError: if the folder holds something else.
    """

    FILE = "experiment.sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(folder / self.FILE, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"expected an experiment's store in {folder / self.FILE}, got a file that SQLite cannot use "
                f"({error}); choose another --out, or restore that file"
            ) from error

    @classmethod
    def existing(cls, folder: Path) -> Store:
        """Open the store of an experiment that was started before."""
        if not (folder / cls.FILE).is_file():
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
        if not stored:
            with self._transaction():
                rows = [(name, json.dumps(value)) for name, value in settings.items()]
                self._db.executemany("INSERT INTO settings VALUES (?, ?)", rows)
            return
        for name in stored | settings:
            if stored.get(name) != json.loads(json.dumps(settings.get(name))):
                raise UserError(
                    f"{self.folder} holds another experiment: {name} was {stored.get(name)!r} there and is "
                    f"{settings.get(name)!r} now; choose another --out, or repeat the first command"
                )

    def settings(self) -> dict[str, Any]:
        """The settings that the folder is tied to; empty for a new folder."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT * FROM settings")}

    def candidates(self) -> list[Candidate]:
        """All candidates, in the order of proposal."""
        rows = self._db.execute("SELECT record FROM candidates ORDER BY id")
        return [Candidate.from_json(record) for (record,) in rows]

    def put(self, candidates: Iterable[Candidate]) -> None:
        """Write these candidates, new or changed, in one transaction.

        Final runs of the best one until now are taken out with it, since another may be the best now: a
        search that ended early and was tested goes on where its budget is raised.
        """
        rows = [(c.id, c.generation, c.state, c.to_json()) for c in candidates]
        with self._transaction():
            if rows:
                self._db.execute("DELETE FROM runs WHERE method = ?", (EVOLVED,))
            self._db.executemany("INSERT OR REPLACE INTO candidates VALUES (?, ?, ?, ?)", rows)

    def runs(self) -> list[Run]:
        """All finished runs of the final comparison: baselines first, then by name and seed."""
        rows = self._db.execute("SELECT method, seed, record FROM runs ORDER BY method, seed")
        return sorted((Run.from_json(*row) for row in rows), key=lambda run: _BASELINES.get(run.method, 9))

    def put_run(self, run: Run) -> None:
        """Write one finished run."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", (run.method, run.seed, run.to_json())
            )

    def opinions(self) -> list[Opinion]:
        """What people said about candidates, latest last."""
        rows = self._db.execute("SELECT record FROM opinions ORDER BY id")
        return [Opinion.from_json(record) for (record,) in rows]

    def add_opinion(self, opinion: Opinion) -> None:
        """Write what a person said: preference, words and edited programs in one transaction."""
        with self._transaction():
            self._db.execute("INSERT INTO opinions (record) VALUES (?)", (opinion.to_json(),))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
