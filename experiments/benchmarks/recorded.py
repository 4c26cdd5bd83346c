"""Recorded generations: what was proposed, and what each candidate came to, as one file for later questions.

Training is the cost of reward evolution. What many candidates came to over training answers questions about
racing, screening and offline scores without training anything again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...envs import UserError
from ..store import Candidate, Store


@dataclass(frozen=True)
class RecordedCandidate:
    """A trained candidate.

    Attributes:
        id: its number in its experiment.
        program: the reward program's text.
        operator: how it was made.
        success: success rate at each checkpoint, the last at the end of training.
        metric: mean task metric at the end.
    """

    id: int
    program: str
    operator: str
    success: list[float]
    metric: float


@dataclass(frozen=True)
class RecordedGeneration:
    """The trained candidates of one generation of an evolution without racing.

    Attributes:
        task: the task's name.
        seed: the experiment's seed.
        generation: its number.
        steps: environment steps of each candidate.
        horizon: episode length; None for the task's own.
        episodes: episodes behind each success rate.
        candidates: all that were trained to the end.
    """

    task: str
    seed: int
    generation: int
    steps: int
    horizon: int | None
    episodes: int
    candidates: list[RecordedCandidate]

    @property
    def curves(self) -> np.ndarray:
        """(P, K) success rates at the checkpoints."""
        return np.array([candidate.success for candidate in self.candidates])


def read_experiment(folder: Path) -> list[RecordedGeneration]:
    """The generations of an experiment that `rewardsmith evolve` has written without --racing.

    Raises:
        UserError: if the folder holds none, or the candidates raced.
    """
    with Store.existing(folder) as store:
        settings, candidates = store.settings(), store.candidates()
    if settings.get("racing"):
        raise UserError(f"expected an evolution without --racing in {folder}, whose curves are whole")
    trained = [candidate for candidate in candidates if candidate.state == "trained"]
    return [
        RecordedGeneration(
            task=settings["task"],
            seed=settings["seed"],
            generation=generation,
            steps=settings["steps"],
            horizon=settings["horizon"],
            episodes=settings["selection_episodes"],
            candidates=[_recorded(c) for c in trained if c.generation == generation],
        )
        for generation in sorted({c.generation for c in trained})
    ]


def _recorded(candidate: Candidate) -> RecordedCandidate:
    assert candidate.program and candidate.trace and candidate.evaluation
    return RecordedCandidate(
        id=candidate.id,
        program=candidate.program.text,
        operator=candidate.operator,
        success=[round(float(rate), 4) for rate in candidate.trace.success],
        metric=round(float(candidate.evaluation.metric.mean()), 4),
    )


def save(generations: Iterable[RecordedGeneration], path: Path) -> None:
    """Write `generations` as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(generation) for generation in generations], indent=0) + "\n")


def load(path: Path) -> list[RecordedGeneration]:
    """Read what `save` wrote.

    Raises:
        UserError: if there is no such file.
    """
    if not path.is_file():
        raise UserError(f"expected recorded generations in {path}, found no such file; --record makes it")
    return [_generation(data) for data in json.loads(path.read_text())]


def _generation(data: dict[str, Any]) -> RecordedGeneration:
    return RecordedGeneration(**{**data, "candidates": [RecordedCandidate(**c) for c in data["candidates"]]})
