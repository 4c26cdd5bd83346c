"""The store: one SQLite file that is log, checkpoint and lineage of an experiment at once."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..envs import Evaluation, TrainingTrace, UserError
from ..reward_gen import RewardProgram
from .opinions import Opinion

State = Literal["proposed", "accepted", "rejected", "trained", "failed"]
EVOLVED = "evolved"
_BASELINES = {"sparse": 0, "human": 1}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS candidates (
    id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (method TEXT, seed INTEGER, record TEXT NOT NULL, PRIMARY KEY (method, seed));
CREATE TABLE IF NOT EXISTS opinions (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Candidate:
    """One reward program with everything that was found out about it.

    Attributes:
        id: number within the experiment, in the order of proposal.
        generation: generation that it was proposed for.
        state: how far it has come.
        answer: the proposer's raw answer, stored before anything is made of it.
        program: the program, if the answer held one.
        parents: ids of the candidates that it was made from.
        operator: how the proposer made it.
        usage: what the proposal cost (tokens, seconds), as the proposer tells.
        stage: where it was rejected or failed.
        reason: why.
        evaluation: the trained agent on the selection seeds.
        trace: its training.
        feedback: reflection on the training, as text for the next prompt.
        seconds: duration of the training in s; of a population, the candidate's share.
        isolation: how the program was walled off while it trained; see docs/security.md.
        steps: environment steps that it was trained for.
    """

    id: int
    generation: int
    state: State
    answer: str
    program: RewardProgram | None = None
    parents: tuple[int, ...] = ()
    operator: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    reason: str = ""
    evaluation: Evaluation | None = None
    trace: TrainingTrace | None = None
    feedback: str = ""
    seconds: float = 0.0
    isolation: str = ""
    steps: int = 0

    @property
    def name(self) -> str:
        """Readable name, e.g. ``g1-c9``."""
        return f"g{self.generation}-c{self.id}"

    @property
    def rank(self) -> tuple[float, float, float]:
        """What candidates are compared by: success at the end, then over training, then the task metric.

        The rates are cut to steps that some twenty episodes can tell apart. A single lucky success must not
        outweigh a metric that says who came closer.
        """
        if self.evaluation is None or self.trace is None:
            return (-1.0, -1.0, float("-inf"))
        success = _cut(self.evaluation.success_rate, 0.1)
        return (success, _cut(self.success_during, 0.05), float(self.evaluation.metric.mean()))

    @property
    def success_rate(self) -> float:
        """Success of the trained agent on the selection seeds; 0 where there is none."""
        return self.evaluation.success_rate if self.evaluation is not None else 0.0

    @property
    def success_during(self) -> float:
        """Mean success over the checkpoints of training: high for a reward that teaches fast."""
        return float(self.trace.success.mean()) if self.trace is not None and len(self.trace.success) else 0.0

    def to_json(self) -> str:
        """The whole record as JSON text."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("program", "evaluation", "trace"):
            data[name] = data[name] and data[name].to_dict()
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str) -> Candidate:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        readers = {"program": RewardProgram, "evaluation": Evaluation, "trace": TrainingTrace}
        for name, reader in readers.items():
            data[name] = data[name] and reader.from_dict(data[name])  # type: ignore[attr-defined]
        return cls(**{**data, "parents": tuple(data["parents"])})


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The trained ones, best first; of equals, the one that was proposed first."""
    trained = [c for c in candidates if c.state == "trained"]
    return sorted(trained, key=lambda c: c.rank, reverse=True)


def best_of(candidates: Iterable[Candidate]) -> Candidate | None:
    """The best trained one; None while there is none."""
    return next(iter(ranked(candidates)), None)


def operator_credit(candidates: Iterable[Candidate]) -> dict[str, tuple[float, ...]]:
    """Operator -> what each candidate that it made gained in success over its best parent.

    One without parents is compared with nothing, one that was rejected or failed gained nothing.
    """
    known = {c.id: c for c in candidates}
    gains: dict[str, list[float]] = {}
    for candidate in known.values():
        if candidate.operator and candidate.state in ("trained", "rejected", "failed"):
            before = max((known[i].success_rate for i in candidate.parents if i in known), default=0.0)
            gain = candidate.success_rate - before if candidate.state == "trained" else 0.0
            gains.setdefault(candidate.operator, []).append(gain)
    return {operator: tuple(values) for operator, values in gains.items()}


@dataclass(frozen=True)
class Run:
    """One run of the final comparison: a method's reward, re-trained on a fresh seed and tested.

    Attributes:
        method: ``sparse``, ``human``, ``evolved``, or the name of a reward file.
        seed: index of the training seed.
        evaluation: the trained agent on the test seeds; None if the run failed.
        trace: its training; None if the run failed.
        reason: why it failed.
        isolation: how the reward was walled off while it trained.
        held_out: the trained agent on held-out instances; None where the task has none, or the run failed.
    """

    method: str
    seed: int
    evaluation: Evaluation | None = None
    trace: TrainingTrace | None = None
    reason: str = ""
    isolation: str = ""
    held_out: Evaluation | None = None

    @property
    def last_reward(self) -> float | None:
        """Mean reward of a step in the last stretch of training, as the agent was paid."""
        paid = self.trace.terms.get("reward") if self.trace is not None else None
        return None if paid is None or not len(paid) else float(paid[-1][1])

    def to_json(self) -> str:
        """The whole record as JSON text."""
        records = {name: getattr(self, name) for name in ("evaluation", "held_out", "trace")}
        rest = {"reason": self.reason, "isolation": self.isolation}
        return json.dumps({**{name: record and record.to_dict() for name, record in records.items()}, **rest})

    @classmethod
    def from_json(cls, method: str, seed: int, text: str) -> Run:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        for name in ("evaluation", "held_out"):
            data[name] = data.get(name) and Evaluation.from_dict(data[name])
        data["trace"] = data["trace"] and TrainingTrace.from_dict(data["trace"])
        return cls(method, seed, **data)


def _cut(value: float, step: float) -> float:
    return math.floor(value / step + 1e-9) * step


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
