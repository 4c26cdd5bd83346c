"""Where training happens, as options of a command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...envs import UserError

if TYPE_CHECKING:
    from ..training import Executor


@dataclass(frozen=True)
class Compute:
    """Where agents are trained, and where trained results are kept."""

    on: Literal["local", "ray", "slurm"] = "local"
    """``local``: processes of this machine. ``ray``: a Ray cluster. ``slurm``: jobs of a Slurm cluster."""
    workers: int | None = None
    """Processes, Ray tasks or Slurm jobs at a time; none takes what there is room for, of Slurm jobs 16."""
    cpus: int = 1
    """Cores of each Ray task or Slurm job."""
    gpus: float = 0.0
    """GPUs of each Ray task or Slurm job; Ray shares one where this is a fraction."""
    ray_address: str | None = None
    """The Ray cluster's, such as ``10.0.0.1:6379``, or ``auto`` for the one that this machine is in; none
    takes ``RAY_ADDRESS``, or starts Ray on this machine alone."""
    slurm_partition: str | None = None
    """Where Slurm queues the jobs; none takes the cluster's default."""
    slurm_account: str | None = None
    """Whom Slurm charges; none takes your default."""
    slurm_minutes: int = 240
    """Time limit of each Slurm job."""
    slurm_memory_gb: float = 8.0
    """Memory of each Slurm job."""
    cache: Path | None = None
    """Folder of trained results that experiments share; what it holds is not trained again."""

    def executor(self, out: Path) -> Executor:
        """What trains for the experiment in `out`.

        Raises:
            UserError: if an extra is not installed, or there is no such cluster.
        """
        from ..training.cache import ResultCache
        from ..training.caching import CachingExecutor

        found = self._executor(out)
        return found if self.cache is None else CachingExecutor(found, ResultCache(self.cache))

    def _executor(self, out: Path) -> Executor:
        if self.on == "ray":
            from ..training.on_ray import RayExecutor

            return RayExecutor(out / "logs", self.ray_address, self.cpus, self.gpus, self.workers)
        if self.on == "slurm":
            from ..training.on_slurm import SlurmExecutor

            if self.gpus != int(self.gpus):
                raise UserError(f"Slurm gives whole GPUs to a job, got --gpus {self.gpus:g}")
            return SlurmExecutor(
                out,
                partition=self.slurm_partition,
                cpus=self.cpus,
                gpus=int(self.gpus),
                memory_gb=self.slurm_memory_gb,
                minutes=self.slurm_minutes,
                account=self.slurm_account,
                jobs_at_once=self.workers or 16,
            )
        from ..training import LocalExecutor

        return LocalExecutor(out / "logs", self.workers)
