"""The tasks of one run that Ray has been given, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from .... import agents
from ....envs import UserError
from ..dealing import Batch, Settled
from ..executor import Progress
from ..jobs import Failed
from ..processes import MOST_DEATHS
from ..progress import note, say
from ..travel import pack, received
from .cluster import RayCluster
from .losses import dealt_anew, in_short
from .mailbox import Mailbox
from .tasks import News, train_parcel

# So that news of an earlier run's tasks are never taken for those of this one.
_NUMBERS = count()


@dataclass
class _Task:
    batch: Batch
    number: int = field(default_factory=_NUMBERS.__next__)
    begun: bool = False
    called_off: bool = False


class UnderWay:
    """Tasks that Ray has been given and that have not come back.

    Args:
        cluster: where they run.
        mailbox: where they tell how it goes.
        cpus: of each task.
        gpus: of each task.
        together: whether their jobs train as one population.
        racing: as for `Executor.run`.
        progress: as for `Executor.run`.
        log: file that lines on what ran where are added to.
    """

    def __init__(
        self,
        cluster: RayCluster,
        mailbox: Mailbox,
        *,
        cpus: float,
        gpus: float,
        together: bool,
        racing: agents.Racing | None,
        progress: Progress,
        log: Path,
    ) -> None:
        self._ray = cluster.ray
        self._mailbox = mailbox
        self._together = together
        self._racing = racing
        self._progress = progress
        self._log = log
        self._threads = max(1, int(cpus))
        self._tasks: dict[Any, _Task] = {}
        # Which attempt it is decides what is run again; Ray itself would repeat a task as it was.
        self._remote = self._ray.remote(train_parcel).options(
            num_cpus=cpus, num_gpus=gpus, max_retries=0, scheduling_strategy="SPREAD"
        )

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def jobs(self) -> int:
        """Jobs whose outcome is still to come."""
        return sum(len(task.batch.jobs) for task in self._tasks.values())

    def start(self, batch: Batch) -> None:
        """Hand `batch` to Ray."""
        task = _Task(batch)
        racing = self._racing if len(batch.jobs) > 1 else None
        parcel = pack(batch.jobs, self._together, racing)
        ref = self._remote.remote(parcel, task.number, self._mailbox.postbox, self._threads)
        self._tasks[ref] = task

    def wait(self, seconds: float) -> Settled:
        """Wait for a result or for news, at most so many `seconds`."""
        settled = Settled()
        ready, _ = self._ray.wait([self._mailbox.ready, *self._tasks], timeout=seconds)
        for ref in ready:
            if ref == self._mailbox.ready:
                self._tell(self._mailbox.collect())
            else:
                self._settle(ref, self._tasks.pop(ref), settled)
        return settled

    def call_off(self) -> None:
        """Take back the tasks that still wait for room on a node; those that train go on."""
        for ref, task in self._tasks.items():
            if not (task.begun or task.called_off):
                task.called_off = True
                self._ray.cancel(ref)

    def end(self) -> None:
        """End all tasks at once."""
        for ref in self._tasks:
            self._ray.cancel(ref, force=True)
        self._tasks.clear()

    def _tell(self, news: dict[int, News]) -> None:
        for task in self._tasks.values():
            told = news.get(task.number)
            task.begun |= told is not None
            for index, (steps, success) in (told or {}).items():
                self._progress(task.batch.jobs[index], steps, success)

    def _settle(self, ref: Any, task: _Task, settled: Settled) -> None:
        try:
            node, reports = self._ray.get(ref)
        except self._ray.exceptions.RayError as error:
            if not task.called_off:
                self._lost(task.batch, error, settled)
            return
        if isinstance(reports, UserError):
            raise reports
        note(f"{task.batch.name}: trained on {node}", self._log)
        for job, report in zip(task.batch.jobs, reports, strict=True):
            settled.outcomes.append((job, received(job, report)))

    def _lost(self, batch: Batch, error: Exception, settled: Settled) -> None:
        again = dealt_anew(self._ray, batch, error, races=self._racing is not None)
        reason = f"{type(error).__name__}: {in_short(getattr(error, 'cause', None) or error)}"
        line = f"{batch.name}: lost at attempt {batch.attempt} of {MOST_DEATHS} ({reason})"
        note(line, self._log)
        settled.again += again
        if again:
            say(f"{line}; training again")
        else:
            (job,) = batch.jobs
            settled.outcomes.append((job, Failed("training", f"lost {batch.attempt} times; {reason}")))
