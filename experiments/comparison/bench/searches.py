"""How a search finds a reward for a task: by one proposal, by many independent ones, by evolution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ....agents import training_seed
from ....reward_gen import Cassette, RewardProgram
from ...evolution.loop import Evolution
from ...evolution.proposers import asks_a_model, make_proposer
from ...evolution.settings import EvolveSettings
from ...stopping import Stop
from ...store import Candidate, best_of
from ...tracking import NOTHING, Tracker, followed
from ...training import Executor
from .budgets import TaskBudget
from .zero_shot import MOST_TRIES, first_accepted


@dataclass(frozen=True)
class Search:
    """What all searches of a benchmark share.

    Attributes:
        proposer: as in `EvolveSettings`.
        model: as in `EvolveSettings`.
        algo: as in `EvolveSettings`.
        seed: the benchmark's, from which every search's is derived.
        executor: makes what trains for the experiment in a folder.
        racing: as in `EvolveSettings`, for independent proposals as for evolved ones.
        tracker: is written what searches and final runs come to, below the task's name.
    """

    proposer: str
    model: str | None
    algo: str | None
    seed: int
    executor: Callable[[Path], Executor]
    racing: bool = False
    tracker: Tracker = NOTHING

    def run(self, method: str, budget: TaskBudget, seed: int, folder: Path, stop: Stop) -> Found:
        """Do what is left to do of the search in `folder`.

        Methods search with the same seed, so that they differ in how they go on from the first proposals.

        Raises:
            Stopped: if a signal asked for an end; what is finished is stored.
        """
        settings = self.settings(method, budget, seed)
        cassette = Cassette(folder / "answers.jsonl") if asks_a_model(settings) else None
        proposer = make_proposer(settings, cassette)
        if method == "zero_shot":
            return found(method, first_accepted(settings, folder, proposer, stop))
        evolution = Evolution(settings, folder, proposer, self.executor(folder))
        evolution.stop = stop
        with evolution.store as store, followed(store, self.tracker, f"{budget.name}/{method}-{seed}/"):
            evolution.search()
        return found(method, evolution.candidates)

    def settings(self, method: str, budget: TaskBudget, seed: int) -> EvolveSettings:
        """What determines the search of a `method` for the training seed of index `seed`."""
        settings = EvolveSettings(
            budget.task,
            proposer=self.proposer,
            model=self.model,
            generations=budget.generations,
            samples=budget.samples,
            steps=budget.steps,
            seed=training_seed(self.seed, "search", seed),
            algo=self.algo,
            horizon=budget.horizon,
            search="iid" if method == "iid" else "evolve",
            racing=self.racing,
        )
        return (
            replace(settings, generations=1, samples=1, racing=False) if method == "zero_shot" else settings
        )


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes:
        program: the reward; None where there is none.
        made_by: which proposal it is, and how it was made.
        steps: environment steps that its candidates were trained for.
        seconds: how long that took.
        reason: why there is no program.
    """

    program: RewardProgram | None
    made_by: str
    steps: int
    seconds: float
    reason: str = ""


def found(method: str, candidates: Sequence[Candidate]) -> Found:
    """What the search that proposed `candidates` came to."""
    steps, seconds = sum(c.steps for c in candidates), sum(c.seconds for c in candidates)
    if method == "zero_shot":
        best = next((c for c in candidates if c.state == "accepted"), None)
        made_by = f"proposal {len(candidates)} of at most {MOST_TRIES}"
    else:
        best = best_of(candidates)
        made_by = "" if best is None else f"{best.name} of {len(candidates)}, {best.operator}".strip(", ")
    if best is not None:
        return Found(best.program, made_by, steps, seconds)
    reasons = [f"{c.stage}: {c.reason}" for c in candidates if c.reason]
    last = f", the last for {reasons[-1]}" if reasons else ""
    return Found(None, "", steps, seconds, f"search: none of {len(candidates)} proposals held{last}")
