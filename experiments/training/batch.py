"""Jobs that share a process, and what becomes of them when it dies."""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.process import BaseProcess

from ... import agents
from .jobs import Failed, TrainJob
from .processes import MOST_DEATHS, UNSEEN

# A race whose process dies this often is given up, and its jobs are run one by one.
_MOST_DEATHS_OF_A_RACE = 2


class Batch:
    """Jobs that share a process.

    Args:
        jobs: they.
        racing: when those that are behind stop; None runs all to the end.
        deaths: processes that died over these jobs so far.
        left: indices of the jobs whose outcome is still to come; None for all.

    Attributes:
        process: what trains them, once it is started.
        no_space: why the process gave up, where that was for want of space on the disk.
    """

    def __init__(
        self,
        jobs: list[TrainJob],
        racing: agents.Racing | None = None,
        deaths: int = 0,
        left: Iterable[int] | None = None,
    ) -> None:
        self.jobs = jobs
        self.racing = racing
        self.deaths = deaths
        self.left = set(range(len(jobs)) if left is None else left)
        self.process: BaseProcess | None = None
        self.no_space = ""

    @property
    def name(self) -> str:
        """The first job's, or the first and the last one's."""
        first, last = self.jobs[0].key, self.jobs[-1].key
        return first if len(self.jobs) == 1 else f"{first}-to-{last}"

    def again(self, deaths: int) -> Batch:
        """What is left of it, to be run again.

        Of a race that is the whole, for a race among fewer would end otherwise.
        """
        if self.racing is not None:
            return Batch(self.jobs, self.racing, deaths, self.left)
        return Batch([self.jobs[index] for index in sorted(self.left)], deaths=deaths)

    def kill(self) -> None:
        """End its process at once."""
        assert self.process is not None
        self.process.kill()

    def join(self) -> int:
        """Wait for the end of its process; the exit code, negative for the signal that killed it."""
        assert self.process is not None
        self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode

    def one_by_one(self, deaths: int) -> list[Batch]:
        """What is left of it, each job alone."""
        return [Batch([self.jobs[index]], deaths=deaths) for index in sorted(self.left)]


def after_death(batch: Batch, exit_code: int, last_words: str) -> list[Batch] | Failed:
    """What to run after the process of `batch` died before its last outcome: the failure of a lone job.

    A process that is killed, as for want of memory, may not be at fault: its jobs are run again, alone. One
    that ends by itself is run again only to find out which of several jobs it was.

    Args:
        batch: with jobs left.
        exit_code: of the process; negative for the signal that killed it.
        last_words: the last line that it printed.
    """
    deaths, killed = batch.deaths + 1, exit_code < 0 or exit_code == UNSEEN
    if batch.racing is not None and deaths < _MOST_DEATHS_OF_A_RACE:
        return [batch.again(deaths)]
    if len(batch.jobs) > 1 or (killed and deaths < MOST_DEATHS):
        return batch.one_by_one(deaths)
    end = (
        f"was killed {deaths} times (exit code {exit_code})"
        if killed
        else f"ended with exit code {exit_code}"
    )
    return Failed("training", f"the training process {end}" + (f": {last_words}" if last_words else ""))
