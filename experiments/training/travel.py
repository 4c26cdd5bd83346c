"""What goes to another machine and what comes back: jobs as a parcel, outcomes with their agents as reports.

Everything travels as values. To the machine: the reward programs' text, names of task and algorithm, numbers
and seeds. Back: outcomes, and each agent's folder as the bytes of an archive. The experiment's folder and
its store stay with the one process that leads the experiment, which alone writes them.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ... import agents
from ...envs import UserError
from ..store.space import when_space
from .jobs import Outcome, TrainJob, run_job, run_together
from .versions import versions


@dataclass(frozen=True)
class Parcel:
    """Jobs on their way to another machine.

    Attributes:
        jobs: without their folders, which mean nothing there.
        kept: for each job whether its agent is wanted back.
        together: whether they train as one population; otherwise it is a single job.
        racing: as for `Executor.run`.
        folder: where the command was started; relative paths, such as that of a user's own task, are meant
            from there.
        versions: of what the numbers depend on, as they are where the jobs come from.
    """

    jobs: tuple[TrainJob, ...]
    kept: tuple[bool, ...]
    together: bool
    racing: agents.Racing | None
    folder: str
    versions: dict[str, str]


@dataclass(frozen=True)
class Report:
    """What comes back of one job.

    Attributes:
        outcome: as `run_job` gives it.
        files: the folder of its agent, as `unpack` reads it; empty where nothing was wanted or made.
    """

    outcome: Outcome
    files: bytes = b""


def pack(jobs: Sequence[TrainJob], together: bool, racing: agents.Racing | None = None) -> Parcel:
    """Make `jobs` ready to travel."""
    return Parcel(
        tuple(replace(job, out=None) for job in jobs),
        tuple(job.out is not None for job in jobs),
        together,
        racing,
        str(Path.cwd()),
        versions(),
    )


def run_parcel(
    parcel: Parcel, progress: Callable[[int, int, float], None] = lambda *news: None, threads: int = 1
) -> list[Report] | UserError:
    """Train the jobs of `parcel` in this process, keeping nothing on this machine.

    The numbers are those that a `LocalExecutor` would come to, whatever the company and the threads.

    Args:
        parcel: what `pack` made.
        progress: called with (the job's index, steps done, success rate).
        threads: cores that a population may use.

    Returns:
        A report for each job; or what is wrong with all of them, as a value, since it is the user's to know.
    """
    import torch

    torch.set_num_threads(1)
    started = contextlib.chdir(parcel.folder) if Path(parcel.folder).is_dir() else contextlib.nullcontext()
    with tempfile.TemporaryDirectory(prefix="rewardsmith-") as temporary, started:
        folders = [Path(temporary) / str(index) if kept else None for index, kept in enumerate(parcel.kept)]
        jobs = [replace(job, out=folder) for job, folder in zip(parcel.jobs, folders, strict=True)]
        try:
            _check_versions(parcel.versions)
            outcomes = (
                run_together(jobs, progress, threads=threads, racing=parcel.racing)
                if parcel.together
                else [run_job(job, lambda steps, success: progress(0, steps, success)) for job in jobs]
            )
        except UserError as error:
            return error
        return [Report(o, _packed(f) if f else b"") for o, f in zip(outcomes, folders, strict=True)]


def unpack(files: bytes, folder: Path) -> None:
    """Write an agent's folder so that it is there as a whole or not at all; an earlier one makes way."""
    partial, old = (folder.with_name(f".{folder.name}.{suffix}") for suffix in ("partial", "old"))
    shutil.rmtree(partial, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(files)) as archive:
        archive.extractall(partial)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def received(job: TrainJob, report: Report) -> Outcome:
    """The outcome of `job`, after its agent is unpacked where it belongs; a full disk is waited for."""
    if job.out is not None and report.files:
        job.out.parent.mkdir(parents=True, exist_ok=True)
        when_space(partial(unpack, report.files, job.out), job.out.parent)
    return report.outcome


def _packed(folder: Path) -> bytes:
    if not folder.exists():
        return b""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return buffer.getvalue()


def _check_versions(wanted: dict[str, str]) -> None:
    here = versions()
    differ = {name: value for name, value in wanted.items() if here[name] != value}
    if differ:
        # Digests of code tell no more by their further digits.
        others = [f"{name} {here[name][:12]} instead of {value[:12]}" for name, value in differ.items()]
        raise UserError(
            f"expected on {os.uname().nodename} what is installed where the command was started, "
            f"got {', '.join(others)}; install the same versions on every machine"
        )
