"""The arrays that a sealed worker and its parent share: where they lie, and the memory they lie in."""

from __future__ import annotations

import fcntl
import math
import mmap
import os
from dataclasses import dataclass

import numpy as np

from ...envs.spec import TaskSpec
from ..running.outputs import MAX_TERMS

# Linux 5.1: nobody can map or write the memory from now on; mappings made before stay writable.
_SEAL_FUTURE_WRITE = 0x0010
_SIZE_SEALS = ("F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_SEAL")


@dataclass(frozen=True)
class Layout:
    """Where the arrays of up to `capacity` worlds stand: fields before, fields after, action; then results.

    Attributes:
        spec: the task whose fields and action are laid out.
        capacity: the most worlds that fit.
    """

    spec: TaskSpec
    capacity: int

    @property
    def input_bytes(self) -> int:
        """Size of the memory for the arguments, at 8 bytes a value."""
        width = math.prod(self.spec.action.shape)
        return 8 * self.capacity * (2 * sum(field.size for field in self.spec.fields) + width) or 8

    @property
    def output_bytes(self) -> int:
        """Size of the memory for the reward and its terms."""
        return 8 * self.capacity * (1 + MAX_TERMS)

    def inputs(
        self, memory: mmap.mmap, batch: int
    ) -> tuple[dict[str, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
        """Arrays over `memory` for `batch` worlds: obs and next_obs {name: (batch, ...)}, action."""
        place = 0

        def array(dtype: type, shape: tuple[int, ...]) -> np.ndarray:
            nonlocal place
            made = np.ndarray((batch, *shape), dtype, memory, place)
            place += 8 * made.size
            return made

        obs = {field.name: array(field.dtype, field.shape) for field in self.spec.fields}
        next_obs = {field.name: array(field.dtype, field.shape) for field in self.spec.fields}
        return obs, array(self.spec.action.dtype, self.spec.action.shape), next_obs

    def rows(self, memory: mmap.mmap, batch: int) -> np.ndarray:
        """The results over `memory`: (1 + MAX_TERMS, batch) float64, the reward first."""
        return np.ndarray((1 + MAX_TERMS, batch), np.float64, memory)


class SharedMemory:
    """Anonymous memory that another process can map by its descriptor, of a size that nobody can change.

    Args:
        size: bytes; pages cost nothing until they are written.
        read_only: whether others may only read it.
    """

    def __init__(self, size: int, *, read_only: bool) -> None:
        self.fd = os.memfd_create("reward", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.fd, size)
        self.memory = mmap.mmap(self.fd, size)
        seals = sum(getattr(fcntl, name) for name in _SIZE_SEALS)
        fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, seals | (_SEAL_FUTURE_WRITE if read_only else 0))
