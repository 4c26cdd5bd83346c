"""Runs training jobs side by side in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from ...agents import Racing
from ...envs import UserError
from .executor import Progress
from .jobs import Failed, Outcome, TrainJob, can_train_together, run_job, run_together

# torch imports its compiler when the first optimiser is made: most of a second that each process would pay.
_PRELOADED = [run_job.__module__, "torch._dynamo"]


@dataclass
class _Batch:
    """Jobs that share a process, and those of them whose outcome is still to come."""

    jobs: list[TrainJob]
    process: BaseProcess
    open: set[int] = field(default_factory=set)


class LocalExecutor:
    """Up to `workers` processes on this machine.

    Jobs that can train as one population do so, a population for each process. Should such a process die,
    its jobs are run again one by one, so that a crash costs the job that caused it and no other. The
    processes are forked from a server that has already imported torch, which makes starting one cheap.

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
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)

    def run(
        self, jobs: Iterable[TrainJob], progress: Progress, racing: Racing | None = None
    ) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. Closing the iterator ends the processes still running.

        Raises:
            UserError: if a job asks for something impossible, which its fellows then do too.
        """
        jobs = list(jobs)
        # Even a job that is left alone trains as a population of one: its numbers must not depend on the
        # company that it happens to be in, or a resumed experiment would end unlike an undisturbed one.
        together = self.together and can_train_together(jobs)
        if racing is not None and jobs and not together:
            raise UserError(
                "racing needs jobs that train as one population (ppo or maskable-ppo, alike but for reward "
                f"and seed), got {jobs[0].algo or 'several kinds'}; leave --racing out"
            )
        waiting = ([jobs] if racing and jobs else self._batches(jobs, together))[::-1]
        running: dict[Connection, _Batch] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    connection, batch = self._start(waiting.pop(), together, racing)
                    running[connection] = batch
                for ready in wait(list(running)):
                    assert isinstance(ready, Connection)
                    batch = running[ready]
                    message = _receive(ready)
                    if message is None:
                        del running[ready]
                        batch.process.join()
                        left = [batch.jobs[index] for index in sorted(batch.open)]
                        if len(batch.jobs) > 1:
                            waiting += [[job] for job in reversed(left)]
                        else:
                            yield from ((job, self._died(batch)) for job in left)
                    elif isinstance(message, UserError):
                        raise message
                    else:
                        index, *news = message
                        if len(news) == 2:
                            progress(batch.jobs[index], *news)
                        else:
                            batch.open.discard(index)
                            yield batch.jobs[index], news[0]
        finally:
            for batch in running.values():
                batch.process.kill()
                batch.process.join()

    def _batches(self, jobs: list[TrainJob], together: bool) -> list[list[TrainJob]]:
        if not together or len(jobs) <= self.workers:
            return [[job] for job in jobs]
        shares = np.array_split(np.arange(len(jobs)), self.workers)
        return [[jobs[index] for index in share] for share in shares]

    def _start(
        self, jobs: list[TrainJob], together: bool, racing: Racing | None
    ) -> tuple[Connection, _Batch]:
        receiver, sender = self._context.Pipe(duplex=False)
        racing = racing if len(jobs) > 1 else None
        threads = 1 if racing is None else self.workers
        process = self._context.Process(
            target=_serve, args=(jobs, together, sender, self._log(jobs), threads, racing)
        )
        process.start()
        sender.close()
        return receiver, _Batch(jobs, process, set(range(len(jobs))))

    def _log(self, jobs: list[TrainJob]) -> Path:
        name = jobs[0].key if len(jobs) == 1 else f"{jobs[0].key}-to-{jobs[-1].key}"
        return self.logs / f"{name.replace('/', '-')}.log"

    def _died(self, batch: _Batch) -> Failed:
        log = self._log(batch.jobs)
        lines = log.read_text().strip().splitlines() if log.exists() else []
        last = f": {lines[-1]}" if lines else ""
        code = batch.process.exitcode
        return Failed("training", f"the training process ended with exit code {code}{last}")


def _receive(connection: Connection) -> tuple | UserError | None:
    try:
        return connection.recv()
    except EOFError:
        return None


def _serve(
    jobs: list[TrainJob],
    together: bool,
    sender: Connection,
    log: Path,
    threads: int,
    racing: Racing | None,
) -> None:
    import signal

    import torch

    # The terminal sends Ctrl-C to every process; the driver alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    with log.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    torch.set_num_threads(1)
    try:
        if together:
            outcomes = run_together(
                jobs,
                lambda index, steps, success: sender.send((index, steps, success)),
                threads=threads,
                racing=racing,
            )
        else:
            outcomes = [run_job(jobs[0], lambda steps, success: sender.send((0, steps, success)))]
        for index, outcome in enumerate(outcomes):
            sender.send((index, outcome))
    except UserError as error:
        sender.send(error)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
