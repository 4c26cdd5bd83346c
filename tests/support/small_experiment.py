"""A small made-up experiment that goes on from whatever its store holds, as the evolutionary loop does."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments.store import EVOLVED, Candidate, Run, Store
from rewardsmith.experiments.store.opinions import Opinion
from rewardsmith.reward_gen import RewardProgram

SETTINGS = {"kind": "evolve", "task": "made-up", "racing": False, "horizon": None}
GENERATIONS, SAMPLES = 4, 4


def go_on(store: Store) -> Iterator[None]:
    """Do what is left to do, yielding after each change of the store."""
    store.bind(SETTINGS)
    yield
    for generation in range(GENERATIONS):
        known = store.candidates()
        if len(known) <= generation * SAMPLES:
            start = len(known)
            store.put([_proposed(start + i, generation, known) for i in range(SAMPLES)])
            yield
        for state, following in (("proposed", _checked), ("accepted", _trained)):
            for candidate in store.candidates():
                if candidate.generation == generation and candidate.state == state:
                    store.put([following(candidate)])
                    yield
    for method in ("sparse", "human", EVOLVED):
        if method not in [run.method for run in store.runs()]:
            store.put_run(Run(method, 0, _evaluation(len(method)), reason=method * 300))
            yield


def contents(folder: Path) -> tuple[list, ...]:
    """All that the store in `folder` holds."""
    with Store.existing(folder) as store:
        return (
            sorted((name, str(value)) for name, value in store.settings().items()),
            [c.to_json() for c in store.candidates()],
            [(r.method, r.to_json()) for r in store.runs()],
            [o.to_json() for o in store.opinions()],
        )


def whole_history(folder: Path, copies: Path, every: int) -> list[tuple[list, ...]]:
    """Run the experiment in `folder`; its contents after each change.

    Each `every`-th change the files are copied as a power cut would leave them, to ``copies/<number>``.
    """
    store = Store.open_to_write(folder)
    # Copy the log into the file as often as a large experiment would, so that old frames of it are left over.
    store._file._db.execute("PRAGMA wal_autocheckpoint = 20")
    history = []
    for number, _ in enumerate(go_on(store)):
        if number == 20:
            store.add_opinion(Opinion(0, 1, "first", "it shakes"))
        history.append(contents(folder))
        if number % every == every - 1:
            shutil.copytree(folder, copies / str(number))
    store.close()
    return history


def end_of(folder: Path) -> tuple[list, ...]:
    """Run the experiment in `folder` to its end; settings, candidates and runs then."""
    with Store.open_to_write(folder) as store:
        for _ in go_on(store):
            pass
    return contents(folder)[:3]


def _proposed(number: int, generation: int, known: list[Candidate]) -> Candidate:
    # Depends on what came before, as proposals do.
    rng = random.Random("".join(c.to_json() for c in known) + str(number))
    answer = "".join(rng.choices("abcdefgh \n\"'\\", k=rng.randrange(200, 6000)))
    program = RewardProgram(answer[:300])
    return Candidate(number, generation, "proposed", answer, program, tuple(range(min(2, len(known)))))


def _checked(candidate: Candidate) -> Candidate:
    if candidate.id % 5 == 3:
        return replace(candidate, state="rejected", stage="run", reason="made up")
    return replace(candidate, state="accepted")


def _trained(candidate: Candidate) -> Candidate:
    trace = TrainingTrace(np.arange(10), np.random.default_rng(candidate.id).random(10))
    evaluation = _evaluation(candidate.id)
    return replace(candidate, state="trained", evaluation=evaluation, trace=trace, seconds=1.0)


def _evaluation(seed: int) -> Evaluation:
    rng = np.random.default_rng(seed)
    return Evaluation(np.arange(20), rng.random(20) < 0.5, rng.random(20), np.full(20, 10))
