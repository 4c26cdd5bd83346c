"""Where training happens: the interface that this machine, a Ray cluster and Slurm share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from ...agents import Racing
from .jobs import Outcome, TrainJob

Progress = Callable[[TrainJob, int, float], None]


class Executor(Protocol):
    """Where training happens."""

    def run(
        self, jobs: Iterable[TrainJob], progress: Progress, racing: Racing | None = None
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """Run all `jobs`, giving each with its outcome as it finishes; a failure is an outcome too.

        With `racing`, jobs that are clearly behind the others stop early.
        """
