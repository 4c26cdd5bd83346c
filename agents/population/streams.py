"""Each member's own randomness, consumed in the order in which SB3 consumes its global generators."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch

from .heads import Head

_BLOCK = 16  # torch fills normal numbers in blocks of this size, where there are as many


class MemberStreams:
    """One member's random numbers.

    Args:
        torch_state: state of the generator that actions are sampled from.
        numpy_state: state of the generator that minibatches are shuffled with.
    """

    def __init__(self, torch_state: torch.Tensor, numpy_state: dict) -> None:
        self.actions = torch.Generator()
        self.actions.set_state(torch_state)
        self.minibatches = np.random.RandomState()
        self.minibatches.set_state(numpy_state)

    def __reduce__(self) -> tuple:
        return MemberStreams, (self.actions.get_state(), self.minibatches.get_state(legacy=False))

    @classmethod
    def of_global_state(cls) -> MemberStreams:
        """Go on from where the global generators stand now, which keep their state."""
        return cls(torch.get_rng_state(), np.random.get_state(legacy=False))

    @classmethod
    def seeded(cls, seed: int) -> MemberStreams:
        """Start as SB3 does with `seed`."""
        return cls(
            torch.Generator().manual_seed(seed).get_state(),
            np.random.RandomState(seed).get_state(legacy=False),
        )


@contextmanager
def global_generators_kept() -> Iterator[None]:
    """Give Python's, NumPy's and torch's global generators their state back at the end of the block."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])


def sampling_noise(
    streams: Sequence[MemberStreams], head: Head, steps: int, n_envs: int, columns: int
) -> torch.Tensor:
    """The numbers (steps, P, n_envs, columns) from which a rollout's actions are made."""
    noise = torch.empty(len(streams), steps, n_envs, columns)
    whole = head.blockwise and n_envs * columns % _BLOCK == 0
    for rows, stream in zip(noise, streams, strict=True):
        for part in rows.unsqueeze(0) if whole else rows:
            head.noise(part, stream.actions)
    return noise.transpose(0, 1)


def shuffles(streams: Sequence[MemberStreams], active: np.ndarray, size: int) -> np.ndarray:
    """A permutation (P, size) of the samples of each member; members that are not active draw none."""
    order = np.zeros((len(streams), size), np.int64)
    for row, stream, takes_part in zip(order, streams, active, strict=True):
        if takes_part:
            row[:] = stream.minibatches.permutation(size)
    return order
