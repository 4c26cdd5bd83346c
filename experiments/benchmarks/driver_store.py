"""A store full of candidates as large as real ones, made without training them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from ...envs import Evaluation, TrainingTrace, task_class
from ...reward_gen import Findings, GrammarProposer, RewardProgram, reflect
from ..evolution.settings import EvolveSettings
from ..store import Candidate, Store

CHECKPOINTS = 60
TERMS = 5


def fill(folder: Path, candidates: int, settings: EvolveSettings) -> None:
    """Write the store of an evolution that has `candidates` trained ones behind it.

    The programs are drawn by the grammar. What they came to is made up, in the shape of a long training:
    `CHECKPOINTS` checkpoints of `TERMS` terms and the total.
    """
    rng = np.random.default_rng(0)
    proposals = GrammarProposer().propose(task_class(settings.task).spec, Findings(), candidates, rng)
    made = []
    for number, proposal in enumerate(proposals):
        assert isinstance(proposal.outcome, RewardProgram)
        evaluation, trace = _evaluation(settings.selection_episodes, rng), _trace(settings.steps, rng)
        made.append(
            Candidate(
                id=number,
                generation=number // settings.samples,
                state="trained",
                answer=proposal.answer,
                program=proposal.outcome,
                parents=tuple(
                    range(max(0, number - settings.samples - 1), max(0, number - settings.samples))
                ),
                operator=proposal.operator,
                evaluation=evaluation,
                trace=trace,
                feedback=reflect(trace, evaluation).text(),
                seconds=60.0,
                isolation="namespaces",
                steps=settings.steps,
            )
        )
    with Store(folder) as store:
        store.bind({"kind": "evolve", **asdict(settings)})
        store.put(made)


def _evaluation(episodes: int, rng: np.random.Generator) -> Evaluation:
    seeds = np.arange(2**31, 2**31 + episodes)
    success = rng.random(episodes) < 0.5
    return Evaluation(seeds, success, rng.random(episodes), rng.integers(1, 100, episodes))


def _trace(steps: int, rng: np.random.Generator) -> TrainingTrace:
    names = [*(f"term_{number}" for number in range(TERMS)), "reward"]
    terms = {name: np.sort(rng.normal(size=(CHECKPOINTS, 3)), axis=1) for name in names}
    reached = np.linspace(0, steps, CHECKPOINTS + 1)[1:].astype(int)
    return TrainingTrace(reached, np.sort(rng.integers(0, 21, CHECKPOINTS)) / 20, terms)
