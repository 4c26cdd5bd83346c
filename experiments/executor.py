"""Runs training jobs side by side, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from ..envs import UserError
from .jobs import Failed, Outcome, TrainJob, run_job

# torch imports its compiler when the first optimiser is made: most of a second that each process would pay.
_PRELOADED = [run_job.__module__, "torch._dynamo"]

Progress = Callable[[TrainJob, int, float], None]


class Executor(Protocol):
    """Where training happens."""

    def run(self, jobs: Iterable[TrainJob], progress: Progress) -> Iterator[tuple[TrainJob, Outcome]]:
        """Run all `jobs`, giving each with its outcome as it finishes; a failure is an outcome too."""


class LocalExecutor:
    """Up to `workers` processes on this machine.

    A process serves one job, so a crash costs that job alone. The processes are forked from a server
    that has already imported torch, which makes starting one cheap.

    Args:
        workers: processes at a time; None for one on each core.
        logs: folder for what the processes print.
    """

    def __init__(self, logs: Path, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.logs = logs
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)

    def run(self, jobs: Iterable[TrainJob], progress: Progress) -> Iterator[tuple[TrainJob, Outcome]]:
        """See `Executor.run`. Closing the iterator ends the processes still running.

        Raises:
            UserError: if a job asks for something impossible, which its fellows then do too.
        """
        waiting = list(jobs)[::-1]
        running: dict[Connection, tuple[TrainJob, BaseProcess]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    job = waiting.pop()
                    connection, process = self._start(job)
                    running[connection] = job, process
                for ready in wait(list(running)):
                    assert isinstance(ready, Connection)
                    job, process = running[ready]
                    message = _receive(ready)
                    if isinstance(message, tuple):
                        progress(job, *message)
                        continue
                    if isinstance(message, UserError):
                        raise message
                    del running[ready]
                    process.join()
                    yield job, message or self._died(job, process)
        finally:
            for _, process in running.values():
                process.kill()
                process.join()

    def _start(self, job: TrainJob) -> tuple[Connection, BaseProcess]:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_serve, args=(job, sender, self._log(job)), daemon=False)
        process.start()
        sender.close()
        return receiver, process

    def _log(self, job: TrainJob) -> Path:
        return self.logs / f"{job.key.replace('/', '-')}.log"

    def _died(self, job: TrainJob, process: BaseProcess) -> Failed:
        lines = self._log(job).read_text().strip().splitlines() if self._log(job).exists() else []
        last = f": {lines[-1]}" if lines else ""
        return Failed("training", f"the training process ended with exit code {process.exitcode}{last}")


def _receive(connection: Connection) -> tuple[int, float] | Outcome | UserError | None:
    try:
        return connection.recv()
    except EOFError:
        return None


def _serve(job: TrainJob, sender: Connection, log: Path) -> None:
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
        sender.send(run_job(job, lambda steps, success: sender.send((steps, success))))
    except UserError as error:
        sender.send(error)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
