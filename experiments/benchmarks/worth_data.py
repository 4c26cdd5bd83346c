"""Candidates of recorded generations, as if read from their experiments' folders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...reward_gen import RewardProgram
from ..worth.finished import Trained
from .recorded import RecordedGeneration


def recorded_rows(generations: Sequence[RecordedGeneration], task: str) -> list[Trained]:
    """The candidates of `task` in a file of recorded generations."""
    return [
        Trained(
            task=task,
            source=f"recorded {generation.seed}",
            name=f"g{generation.generation}-c{candidate.id}",
            program=RewardProgram(candidate.program),
            success=candidate.success[-1],
            during=float(np.mean(candidate.success)),
            independent=generation.generation == 0,
        )
        for generation in generations
        if generation.task == task
        for candidate in generation.candidates
    ]
