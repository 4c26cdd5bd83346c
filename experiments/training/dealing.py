"""Jobs that share a task, and how they are dealt out anew when the task is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .jobs import Outcome, TrainJob
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


@dataclass
class Settled:
    """What has come back: jobs with their outcomes, and what has to be trained again."""

    outcomes: list[tuple[TrainJob, Outcome]] = field(default_factory=list)
    again: list[Batch] = field(default_factory=list)


def dealt(jobs: Sequence[TrainJob], together: bool, tasks: int) -> list[Batch]:
    """`jobs` for about as many `tasks`: populations of equal size, or each job alone."""
    return [Batch(share) for share in shared_out(jobs, together, tasks)]


def shared_out(jobs: Sequence[TrainJob], together: bool, places: int) -> list[tuple[TrainJob, ...]]:
    """`jobs` in as many parts as there are `places`, of equal size, or each job alone."""
    if not together or len(jobs) <= places:
        return [(job,) for job in jobs]
    shares = np.array_split(np.arange(len(jobs)), places)
    return [tuple(jobs[index] for index in share) for share in shares]
