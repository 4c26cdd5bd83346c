"""What to do about a task that did not come to its end."""

from __future__ import annotations

from types import ModuleType

from ....envs import UserError
from ..dealing import Batch
from ..processes import MOST_DEATHS
from ..room import is_disk_full


def dealt_anew(ray: ModuleType, batch: Batch, error: Exception, races: bool) -> list[Batch]:
    """What is left to train of `batch`, whose task ended with `error`; empty where its job has failed.

    A node may be lost through no fault of a job, so its jobs stay together. When a process dies or raises,
    one of its jobs may be at fault, so each goes on alone; those that race do so at the last attempt only,
    since alone they run no race. A full disk is no loss, and is tried again without end.

    Raises:
        UserError: for what befalls every job alike.
    """
    kinds = ray.exceptions
    if isinstance(error, kinds.LocalRayletDiedError):
        raise UserError(
            "the Ray node that this command runs on is gone; start it and run the same command again"
        ) from error
    if not isinstance(error, kinds.RayTaskError):
        lost_node = isinstance(error, (kinds.NodeDiedError, kinds.ObjectLostError))
        if (lost_node or races) and batch.attempt < MOST_DEATHS:
            return batch.again()
        return batch.split() or batch.again()
    cause = error.cause
    if is_disk_full(cause):
        return [batch]
    if isinstance(cause, ImportError) or "failed to import on the worker" in str(cause):
        raise UserError(
            f"expected rewardsmith installed on every node, got: {in_short(cause)}; install the same "
            "versions on every machine"
        ) from error
    return batch.split()


def in_short(error: BaseException) -> str:
    """The first sentence of an error."""
    text = str(error).strip()
    return text.splitlines()[0].partition(". ")[0] if text else type(error).__name__
