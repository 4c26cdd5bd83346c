"""What a training process does: train the jobs that it was started for, and tell of them through a pipe."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from ... import agents
from ...envs import UserError
from .jobs import Outcome, TrainJob, run_job, run_together
from .room import is_disk_full


@dataclass(frozen=True)
class Assignment:
    """All that a training process is told.

    Attributes:
        jobs: what it trains.
        together: whether as one population; otherwise there is one job only.
        log: file for what it prints.
        threads: cores that it may use.
        racing: when jobs that are behind stop; None trains all to the end.
    """

    jobs: list[TrainJob]
    together: bool
    log: Path
    threads: int = 1
    racing: agents.Racing | None = None


@dataclass(frozen=True)
class Steps:
    """How far the job at `index` is: steps done, and its last success rate."""

    index: int
    steps: int
    success: float


@dataclass(frozen=True)
class Finished:
    """What came of the job at `index`."""

    index: int
    outcome: Outcome


@dataclass(frozen=True)
class DiskFull:
    """The process gave up because a file could not be written for want of space."""

    reason: str


Message = Steps | Finished | DiskFull | UserError


def serve(assignment: Assignment, sender: Connection) -> None:
    """Train, sending a `Message` for each thing worth telling; the process ends after the last."""
    # Imported here: the driver, which starts this, does without it.
    import torch

    # They come to the driver's whole process group, and the driver alone decides what they mean.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    try:
        _print_to(assignment.log)
        for index, outcome in enumerate(_outcomes(assignment, sender)):
            sender.send(Finished(index, outcome))
    except UserError as error:
        sender.send(error)
    except Exception as error:
        if not is_disk_full(error):
            raise
        sender.send(DiskFull(str(error)))


def _outcomes(assignment: Assignment, sender: Connection) -> Iterable[Outcome]:
    if not assignment.together:
        (job,) = assignment.jobs
        return [run_job(job, lambda steps, success: sender.send(Steps(0, steps, success)))]
    return run_together(
        assignment.jobs,
        lambda index, steps, success: sender.send(Steps(index, steps, success)),
        threads=assignment.threads,
        racing=assignment.racing,
    )


def _print_to(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    with log.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
