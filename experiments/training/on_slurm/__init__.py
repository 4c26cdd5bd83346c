"""Training on a Slurm cluster."""

from .executor import SlurmExecutor

__all__ = ["SlurmExecutor"]
