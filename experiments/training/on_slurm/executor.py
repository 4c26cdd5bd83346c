"""Runs training jobs on a Slurm cluster."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from .... import agents
from ....envs import UserError
from ...stopping import Stop
from ..dealing import Batch, dealt
from ..executor import Progress
from ..held_back import held_back
from ..jobs import Outcome, TrainJob, can_train_together, check_racing
from ..processes import aside
from ..progress import say
from ..travel import pack
from .left_over import picked_up
from .queue import LocalQueue, Queue, SlurmQueue
from .submission import Submission, identities
from .submit import Refused, Resources, submit
from .underway import Pace, UnderWay

# Seconds before a cluster that is full, or whose controller is away, is asked again.
_PATIENCE = 60.0


class SlurmExecutor:
    """Trains as jobs of a Slurm cluster (Yoo et al. 2003), with the outcomes that `LocalExecutor` has.

    Jobs that can train as one population share a Slurm job where there are more than `jobs_at_once`. Jobs
    that race are one Slurm job.

    To a node travel the rewards' text, names, numbers and seeds; back come progress, outcomes and the agents'
    files, as `travel` has it. Both pass as files through `folder`/slurm, which all machines must share; the
    results among them are pickles, so nobody else may write there. Nodes write nothing else but a temporary
    folder of their own: agents are unpacked, and the store is written, by this process alone.

    Where this process is killed, what it submitted goes on, and the next run in the same folder picks it up.
    A Slurm job that ends without a result, as with its node, at its time limit or cancelled by hand, is
    submitted again, each of its jobs alone; one that is lost three times has failed.

    Once an end is asked for, what waits in the queue is taken back and what trains is waited for; leaving at
    once cancels all.

    Args:
        folder: the experiment's, on a file system that all nodes share.
        partition: where to queue; None for the cluster's default.
        cpus: of each Slurm job.
        gpus: of each Slurm job. Populations and small networks learn on the CPU anyway.
        memory_gb: of each Slurm job, in GB.
        minutes: time limit of each Slurm job.
        account: whom to charge; None for the user's default.
        jobs_at_once: Slurm jobs in the queue at a time.
        cluster: ``slurm``; or ``local`` for processes of this machine in its place, to try things out.
        extra: further options of ``sbatch``, such as ``{"qos": "low"}``; True as the value of one that takes
            none.
        pace: how often to look at the cluster.

    Raises:
        UserError: if submitit is not installed, or this machine submits to no cluster.
    """

    def __init__(
        self,
        folder: Path,
        partition: str | None = None,
        cpus: int = 1,
        gpus: int = 0,
        memory_gb: float = 8,
        minutes: int = 240,
        account: str | None = None,
        jobs_at_once: int = 16,
        cluster: str = "slurm",
        extra: Mapping[str, str | bool] | None = None,
        pace: Pace | None = None,
    ) -> None:
        least = {"cpus": cpus, "minutes": minutes, "jobs-at-once": jobs_at_once}
        for name, number in least.items():
            if number < 1:
                raise UserError(f"--slurm-{name} is at least 1, got {number}")
        self._submitit = _imported()
        self.folder = folder.absolute() / "slurm"
        self.jobs_at_once = jobs_at_once
        self.resources = Resources(
            cluster, partition, cpus, gpus, memory_gb, minutes, account, dict(extra or {})
        )
        self.pace = pace or Pace()
        self._full_until = float("-inf")
        self._queue: Queue = LocalQueue(self.folder) if cluster == "local" else SlurmQueue()

    def run(
        self,
        jobs: Iterable[TrainJob],
        progress: Progress,
        racing: agents.Racing | None = None,
        stop: Stop | None = None,
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. Closing the iterator cancels the Slurm jobs that are not finished.

        Raises:
            UserError: if a job asks for something impossible, or the cluster takes none.
        """
        jobs = tuple(jobs)
        stop = stop or Stop()
        if not jobs:
            return
        together = aside(can_train_together, jobs)
        check_racing(jobs, together, racing)
        under_way = UnderWay(
            self._submitit,
            self.resources.cluster,
            self._queue,
            self.pace,
            races=racing is not None,
            progress=progress,
            log=self.folder / "slurm.log",
        )
        names = aside(identities, jobs, racing)
        left = picked_up(self.folder, self._queue, jobs, names, under_way, races=racing is not None)
        waiting = [Batch(left)] if racing and left else dealt(left, together, self.jobs_at_once)
        try:
            while len(under_way) or (waiting and not stop.asked):
                if stop.asked:
                    under_way.withdraw()
                while waiting and not stop.asked and self._may_submit(under_way):
                    if self._submit(waiting[0], names, together, racing, under_way):
                        waiting.pop(0)
                stop.running = under_way.jobs
                settled = under_way.look()
                yield from settled.outcomes
                waiting += settled.again
                if not (settled.outcomes or settled.again):
                    time.sleep(self.pace.files)
        finally:
            stop.running = 0
            under_way.end()

    def _may_submit(self, under_way: UnderWay) -> bool:
        return len(under_way) < self.jobs_at_once and time.monotonic() >= self._full_until

    def _submit(
        self,
        batch: Batch,
        names: dict[str, str],
        together: bool,
        racing: agents.Racing | None,
        under_way: UnderWay,
    ) -> bool:
        """Hand `batch` to the cluster; False where it takes no more now."""
        racing = racing if len(batch.jobs) > 1 else None
        planned = tuple(names[job.key] for job in batch.jobs)
        submission = Submission.planned(self.folder, planned, batch.attempt)
        try:
            # Ctrl-C reaches sbatch too, which would leave in doubt whether the cluster has the job.
            with held_back():
                submit(self._submitit, submission, pack(batch.jobs, together, racing), self.resources)
        except Refused as refused:
            submission.remove()
            if not len(under_way):
                raise
            say(f"{refused}; trying again later")
            self._full_until = time.monotonic() + _PATIENCE
            return False
        under_way.add(submission, dict(enumerate(batch.jobs)))
        return True


def _imported() -> ModuleType:
    try:
        import submitit
    except ImportError as error:
        raise UserError(
            "training on Slurm needs the package submitit: pip install 'rewardsmith[slurm]'"
        ) from error
    return submitit
