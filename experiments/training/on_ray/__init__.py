"""Training on a Ray cluster."""

from .executor import RayExecutor

__all__ = ["RayExecutor"]
