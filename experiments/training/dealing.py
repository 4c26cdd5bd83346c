"""Jobs that share a task, and how they are dealt out anew when the task is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .jobs import TrainJob
from .processes import MOST_DEATHS


@dataclass(frozen=True)
class Batch:
    """Jobs that share a task; `attempt` counts from 1."""

    jobs: tuple[TrainJob, ...]
    attempt: int = 1

    @property
    def name(self) -> str:
        """For the log, such as ``g1-c0 to g1-c3``."""
        first, last = self.jobs[0].key, self.jobs[-1].key
        return first if len(self.jobs) == 1 else f"{first} to {last}"

    def again(self) -> list[Batch]:
        """The same jobs once more; none where all attempts are used up."""
        return [replace(self, attempt=self.attempt + 1)] if self.attempt < MOST_DEATHS else []

    def split(self) -> list[Batch]:
        """Each job alone, as the next attempt, or a last one; none where there is nothing to split."""
        if len(self.jobs) == 1:
            return []
        return [Batch((job,), min(self.attempt + 1, MOST_DEATHS)) for job in self.jobs]


def dealt(jobs: Sequence[TrainJob], together: bool, tasks: int) -> list[Batch]:
    """`jobs` for about as many `tasks`: populations of equal size, or each job alone."""
    if not together or len(jobs) <= tasks:
        return [Batch((job,)) for job in jobs]
    shares = np.array_split(np.arange(len(jobs)), tasks)
    return [Batch(tuple(jobs[index] for index in share)) for share in shares]
