"""An executor that trains only what no one has trained before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...agents import Racing
from ..stopping import Stop
from .cache import ResultCache
from .executor import Executor, Progress
from .jobs import Outcome, Trained, TrainJob
from .key import job_key


class CachingExecutor:
    """Takes from `cache` what it holds, lets `inner` train the rest, and keeps what comes of it.

    Failures are not kept: what failed on one machine may work on another. Jobs that race are neither looked
    up nor kept, since where one of them stops depends on the others.

    Args:
        inner: where the rest is trained.
        cache: the results known so far.
    """

    def __init__(self, inner: Executor, cache: ResultCache) -> None:
        self.inner = inner
        self.cache = cache

    def run(
        self,
        jobs: Iterable[TrainJob],
        progress: Progress,
        racing: Racing | None = None,
        stop: Stop | None = None,
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. What is cached comes first.

        Raises:
            UserError: if a job has no key (`job_key`), or asks for something impossible.
        """
        if racing is not None:
            yield from self.inner.run(jobs, progress, racing, stop)
            return
        keys: dict[str, str] = {}
        left = []
        for job in jobs:
            keys[job.key] = job_key(job)
            known = self.cache.get(keys[job.key], job.out)
            if known is None:
                left.append(job)
            else:
                progress(job, job.steps, known.evaluation.success_rate)
                yield job, known
        if not left:
            return
        for job, outcome in self.inner.run(left, progress, None, stop):
            # A task's file that was edited in the meantime leaves it open which version was trained.
            if isinstance(outcome, Trained) and job_key(job) == keys[job.key]:
                self.cache.put(keys[job.key], outcome, job.out)
            yield job, outcome
