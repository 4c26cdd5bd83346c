"""Where training happens: the interface that this machine, a Ray cluster and Slurm share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from ...agents import Racing
from ..stopping import Stop
from .jobs import Outcome, TrainJob

Progress = Callable[[TrainJob, int, float], None]


class Executor(Protocol):
    """Where training happens."""

    def run(
        self,
        jobs: Iterable[TrainJob],
        progress: Progress,
        racing: Racing | None = None,
        stop: Stop | None = None,
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """Run all `jobs`, giving each with its outcome as it finishes; a failure is an outcome too.

        Only what is the job's own fault is its failure: where a machine fails it, it is run again.

        Args:
            jobs: what to run.
            progress: called with (job, steps done, success rate) now and then.
            racing: when jobs that are clearly behind the others stop early; None runs all to the end.
            stop: once it is asked for, no further job starts; those under way still come with their
                outcomes, then the iterator ends. Its `running` is kept up to date.
        """
