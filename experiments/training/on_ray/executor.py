"""Runs training jobs on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .... import agents
from ....envs import UserError
from ...stopping import Stop
from ..dealing import Batch, dealt
from ..executor import Progress
from ..jobs import Outcome, TrainJob, can_train_together, check_racing
from ..processes import aside
from .cluster import RayCluster, imported
from .mailbox import Mailbox
from .underway import UnderWay

# How long a request to stop, or a node that came or went, may go unnoticed.
_SECONDS = 1.0


class RayExecutor:
    """Trains on the nodes of a Ray cluster, with the outcomes that `LocalExecutor` has.

    Jobs that can train as one population are dealt out over as many tasks as the cluster has room for. Jobs
    that race are one task of all cores of its largest node.

    To a node travel the rewards' text, names, numbers and seeds; back come progress, outcomes and the agents'
    files, as `travel` has it. Nodes write nothing but a temporary folder of their own: agents are unpacked,
    and the store is written, by this process alone. Every machine needs the same versions installed, and
    each task checks that it has them.

    A task that is lost with its node runs again where there is room. So does each job of a task whose process
    died, alone, so that a crash costs the job that caused it and no other. A job that is lost three times has
    failed.

    Args:
        logs: folder for ``ray.log``: what was trained where, and what was lost and why.
        address: see `RayCluster`.
        cpus: of each task, which a population's updates use.
        gpus: of each task; a fraction shares a GPU. Populations and small networks learn on the CPU anyway.
        workers: tasks at a time; None for as many as there is room for. Where a cluster grows as tasks wait,
            room is no limit: give a number there.

    Raises:
        UserError: if Ray is not installed, or no task could need so much.
    """

    def __init__(
        self,
        logs: Path,
        address: str | None = None,
        cpus: float = 1.0,
        gpus: float = 0.0,
        workers: int | None = None,
    ) -> None:
        if not cpus > 0 or not gpus >= 0:
            raise UserError(f"a task on Ray needs CPUs above 0 and GPUs from 0 up, got {cpus:g} and {gpus:g}")
        # Before anything is proposed or paid for.
        imported()
        self.logs = logs
        self.address = address
        self.cpus = cpus
        self.gpus = gpus
        self.workers = workers
        self._cluster: RayCluster | None = None
        self._mailbox: Mailbox | None = None

    def run(
        self,
        jobs: Iterable[TrainJob],
        progress: Progress,
        racing: agents.Racing | None = None,
        stop: Stop | None = None,
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. Closing the iterator ends the tasks still running.

        Raises:
            UserError: if a job asks for something impossible, or no node has room for a task.
        """
        jobs = tuple(jobs)
        stop = stop or Stop()
        if not jobs:
            return
        together = aside(can_train_together, jobs)
        check_racing(jobs, together, racing)
        cluster, mailbox = self._connected()
        cpus = max(self.cpus, cluster.largest(self.gpus)) if racing else self.cpus
        waiting = [Batch(jobs)] if racing else dealt(jobs, together, self._places(cluster, cpus))
        under_way = UnderWay(
            cluster,
            mailbox,
            cpus=cpus,
            gpus=self.gpus,
            together=together,
            racing=racing,
            progress=progress,
            log=self.logs / "ray.log",
        )
        try:
            while waiting or len(under_way):
                if stop.asked:
                    waiting = []
                    under_way.call_off()
                places = self._places(cluster, cpus)
                while waiting and len(under_way) < places:
                    under_way.start(waiting.pop(0))
                stop.running = under_way.jobs
                settled = under_way.wait(_SECONDS)
                yield from settled.outcomes
                waiting += settled.again
        finally:
            stop.running = 0
            under_way.end()

    def close(self) -> None:
        """Disconnect from the cluster, which goes on; `run` connects anew."""
        if self._cluster is not None:
            self._cluster.close()
        self._cluster = self._mailbox = None

    def _connected(self) -> tuple[RayCluster, Mailbox]:
        if self._cluster is None or self._mailbox is None:
            self._cluster = RayCluster(self.address)
            self._mailbox = Mailbox(self._cluster)
        return self._cluster, self._mailbox

    def _places(self, cluster: RayCluster, cpus: float) -> int:
        """How many tasks there may be at a time."""
        if self.workers is not None:
            return self.workers
        places = cluster.room(cpus, self.gpus)
        if places == 0:
            raise UserError(
                f"expected a Ray node with {cpus:g} CPUs and {self.gpus:g} GPUs for a task, got "
                f"{cluster.described()}; ask for less, or start a larger node"
            )
        return places
