"""Trained candidates of finished experiments, and episodes that their agents play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ... import agents
from ...envs import UserError, task_class
from ...reward_gen import RewardProgram
from ..store import Candidate, Store
from ..store.trajectories import Trajectories
from .evidence import Judged, played


@dataclass(frozen=True)
class Trained:
    """A reward program and what a policy trained on it came to.

    Attributes:
        task: the task's name.
        source: the experiment that it is from.
        name: its name there.
        program: the reward.
        success: success rate of the trained policy.
        during: mean success rate over training.
        independent: whether it was proposed without knowledge of the others.
    """

    task: str
    source: str
    name: str
    program: RewardProgram
    success: float
    during: float
    independent: bool


@dataclass(frozen=True)
class Experiment:
    """A finished experiment: its trained candidates, and episodes of some of their agents."""

    task: str
    source: str
    seed: int
    algo: str | None
    horizon: int | None
    trained: list[Trained]
    episodes: Judged


def read_folder(folder: Path, players: int, each: int) -> Experiment:
    """The experiment in `folder`, with episodes of `players` candidates from the best to the worst.

    Episodes that were kept are read; otherwise the candidate's agent plays those seeds of its evaluation
    that ended in its first `each` successes and failures.

    Raises:
        UserError: if the folder holds no trained candidates, or neither episodes nor agents.
    """
    with Store.existing(folder) as store:
        settings, candidates = store.settings(), store.candidates()
    episodes = spread_episodes(folder, settings, candidates, players, each)
    source = f"{settings['search']} {settings['seed']}"
    rows = [_row(c, settings, source) for c in candidates if c.state == "trained"]
    return Experiment(
        settings["task"], source, settings["seed"], settings["algo"], settings["horizon"], rows, episodes
    )


def spread_episodes(
    folder: Path, settings: dict[str, Any], candidates: Sequence[Candidate], players: int, each: int
) -> Judged:
    """Episodes of `players` of the `candidates` that `folder` holds, from the best to the worst.

    Raises:
        UserError: if none is trained, or there are neither episodes nor agents.
    """
    trained = [c for c in candidates if c.state == "trained"]
    if not trained:
        raise UserError(f"expected trained candidates in {folder}, found none; give a finished evolution")
    ordered = sorted(trained, key=lambda c: (c.success_rate, c.success_during), reverse=True)
    chosen = [ordered[i] for i in np.unique(np.linspace(0, len(ordered) - 1, players).astype(int))]
    return Judged.concatenate([_episodes_of(folder, c, settings, each) for c in chosen])


def without_repeats(experiments: Sequence[Experiment]) -> list[Experiment]:
    """The experiments, but each program only in the first of those with the same seed.

    A search that knows nothing and the first generation of one that learns propose the same with the same
    seed, and train it the same: such a candidate would count twice.
    """
    known: set[tuple[int, str]] = set()
    kept = []
    for experiment in experiments:
        fresh = [t for t in experiment.trained if (experiment.seed, t.program.digest) not in known]
        known |= {(experiment.seed, t.program.digest) for t in fresh}
        kept.append(replace(experiment, trained=fresh))
    return kept


def _row(candidate: Candidate, settings: dict[str, Any], source: str) -> Trained:
    assert candidate.program is not None
    return Trained(
        task=settings["task"],
        source=source,
        name=candidate.name,
        program=candidate.program,
        success=candidate.success_rate,
        during=candidate.success_during,
        independent=settings["search"] == "iid" or candidate.generation == 0,
    )


def _episodes_of(folder: Path, candidate: Candidate, settings: dict[str, Any], each: int) -> Judged:
    evaluation = candidate.evaluation
    assert evaluation is not None
    kept = Trajectories(folder).get(candidate.name)
    if kept is not None:
        good = int(kept.success.sum())
        index = _first(evaluation.success, good, len(kept) - good)
        return Judged(kept, evaluation.metric[index])
    file = folder / "agents" / candidate.name / "model.zip"
    if not file.is_file():
        raise UserError(f"expected episodes or the agent of {candidate.name}, found no {file}")
    task = task_class(settings["task"])
    policy = agents.load_agent(file, settings["algo"] or agents.default_algorithm(task.spec), device="cpu")
    return played(policy, task, evaluation.seeds[_first(evaluation.success, each, each)], settings["horizon"])


def _first(success: np.ndarray, good: int, bad: int) -> np.ndarray:
    won = success.astype(bool)
    return np.sort(np.concatenate([np.flatnonzero(won)[:good], np.flatnonzero(~won)[:bad]]))
