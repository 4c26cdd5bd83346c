"""Handing a parcel to the cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

from ....envs import UserError
from ..travel import Parcel
from .submission import Submission
from .work import train_parcel


@dataclass(frozen=True)
class Resources:
    """What each Slurm job asks for; see `SlurmExecutor`."""

    cluster: str
    partition: str | None
    cpus: int
    gpus: int
    memory_gb: float
    minutes: int
    account: str | None
    extra: dict[str, str | bool]


class Refused(UserError):
    """The cluster takes no such job, or none now."""


def submit(submitit: ModuleType, submission: Submission, parcel: Parcel, resources: Resources) -> None:
    """Hand `parcel` to the cluster as `submission`.

    Raises:
        Refused: if the cluster does not take it.
    """
    executor = submitit.AutoExecutor(folder=submission.folder, cluster=resources.cluster)
    executor.update_parameters(
        name=submission.name,
        timeout_min=resources.minutes,
        mem_gb=resources.memory_gb,
        cpus_per_task=resources.cpus,
        gpus_per_node=resources.gpus or None,
        slurm_partition=resources.partition,
        slurm_account=resources.account,
        slurm_additional_parameters=resources.extra or None,
    )
    try:
        with _outside_of_a_job():
            executor.submit(train_parcel, parcel, submission.folder, resources.cpus)
    except submitit.core.utils.FailedJobError as error:
        reason = " ".join(str(error).split()) or "no reason given"
        raise Refused(f"expected Slurm to take a job, sbatch says: {reason}") from error


@contextmanager
def _outside_of_a_job() -> Iterator[None]:
    """Hide from ``sbatch`` that this command may be a Slurm job itself, or its limits would be handed on."""
    own = ("SLURM_", "SBATCH_", "SRUN_", "SUBMITIT_") if "SLURM_JOB_ID" in os.environ else ()
    hidden = {n: os.environ[n] for n in os.environ if own and n.startswith(own) and n != "SLURM_CONF"}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)
