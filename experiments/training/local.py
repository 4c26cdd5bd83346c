"""Runs training jobs side by side in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

from ... import agents
from ...envs import UserError
from ..stopping import Stop
from .batch import Batch, after_death
from .dealing import shared_out
from .executor import Progress
from .held_back import held_back
from .jobs import Failed, Outcome, TrainJob, can_train_together, check_racing
from .processes import aside, forking
from .progress import say
from .room import wait_for_room
from .worker import Assignment, DiskFull, Finished, Message, Steps, serve


class LocalExecutor:
    """Up to `workers` processes on this machine.

    Jobs that can train as one population do so, a population for each process. Should such a process die,
    its jobs are run again one by one, so that a crash costs the job that caused it and no other. The
    processes are forked from a server that has already imported torch, which makes starting one cheap.

    A process that is killed costs its jobs time only: they are run again and come to the same numbers. Only
    the job whose processes are killed `MOST_DEATHS` times has failed. A full disk is waited for.

    Jobs that race are one population on all cores, since those that are behind can only be told from the
    others where all train side by side.

    Args:
        logs: folder for what the processes print.
        workers: processes at a time; None for one on each core.
        together: whether jobs may share a process; False gives each its own.
    """

    def __init__(self, logs: Path, workers: int | None = None, together: bool = True) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.together = together
        self.logs = logs
        self._context = forking()

    def run(
        self,
        jobs: Iterable[TrainJob],
        progress: Progress,
        racing: agents.Racing | None = None,
        stop: Stop | None = None,
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. Closing the iterator ends the processes still running.

        Raises:
            UserError: if a job asks for something impossible, which its fellows then do too.
        """
        jobs = list(jobs)
        if not jobs:
            return
        stop = stop or Stop()
        # Even a job that is left alone trains as a population of one: its numbers must not depend on the
        # company that it happens to be in, or a resumed experiment would end unlike an undisturbed one.
        together = self.together and aside(can_train_together, jobs)
        check_racing(jobs, together, racing)
        shares = [] if racing else shared_out(jobs, together, self.workers)
        waiting = [Batch(jobs, racing)] if racing else [Batch(list(share)) for share in shares[::-1]]
        running: dict[Connection, Batch] = {}
        try:
            while running or (waiting and not stop.asked):
                while waiting and not stop.asked and len(running) < self.workers:
                    self._start(waiting.pop(), together, running)
                stop.running = sum(len(batch.left) for batch in running.values())
                for ready in wait(list(running)) if running else ():
                    assert isinstance(ready, Connection)
                    batch, message = running[ready], _receive(ready)
                    if isinstance(message, UserError):
                        raise message
                    if isinstance(message, Steps):
                        progress(batch.jobs[message.index], message.steps, message.success)
                    elif isinstance(message, DiskFull):
                        batch.no_space = message.reason
                    elif isinstance(message, Finished):
                        # Of what is run again as a whole, some may have come before.
                        if message.index in batch.left:
                            batch.left.discard(message.index)
                            yield batch.jobs[message.index], message.outcome
                    else:
                        del running[ready]
                        follow = self._ended(batch, stop.asked)
                        if isinstance(follow, Failed):
                            yield batch.jobs[0], follow
                        else:
                            waiting += follow[::-1]
        finally:
            stop.running = 0
            for batch in running.values():
                batch.kill()
            for batch in running.values():
                batch.join()

    def _start(self, batch: Batch, together: bool, running: dict[Connection, Batch]) -> None:
        """Give `batch` a process, and add it to `running`."""
        threads = 1 if batch.racing is None else self.workers
        receiver, sender = self._context.Pipe(duplex=False)
        assignment = Assignment(batch.jobs, together, self._log(batch), threads, batch.racing)
        with held_back():
            batch.process = self._context.Process(target=serve, args=(assignment, sender))
            batch.process.start()
            running[receiver] = batch
        sender.close()

    def _ended(self, batch: Batch, stopping: bool) -> list[Batch] | Failed:
        """What to run now that the process of `batch` ended; when `stopping`, nobody will."""
        exit_code = batch.join()
        if not batch.left or (stopping and batch.no_space):
            return []
        if batch.no_space:
            say(f"{batch.no_space}: {batch.name} is trained again once there is space")
            wait_for_room([self.logs, *(job.out for job in batch.jobs if job.out is not None)])
            return [batch.again(batch.deaths)]
        follow = after_death(batch, exit_code, self._last_words(batch))
        if not isinstance(follow, Failed) and not stopping:
            say(f"the training process of {batch.name} ended with exit code {exit_code}; starting it again")
        return follow

    def _log(self, batch: Batch) -> Path:
        return self.logs / f"{batch.name.replace('/', '-')}.log"

    def _last_words(self, batch: Batch) -> str:
        log = self._log(batch)
        lines = log.read_text().strip().splitlines() if log.exists() else []
        return lines[-1] if lines else ""


def _receive(connection: Connection) -> Message | None:
    """The next message; None where the process has ended, even if in the midst of a message."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None
