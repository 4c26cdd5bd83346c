"""Which instances of a task training may draw, and which are held out to see what was learnt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..task import Split
from .array_task import choose

HELD_OUT_SHARE = 0.2
_SHUFFLE_SEED = 20260


@dataclass(frozen=True)
class Instances:
    """`count` numbered instances, of which a fixed fifth is held out.

    >>> drawn = Instances(10).pick(np.arange(100) / 100, "held-out")
    >>> len(np.unique(drawn))
    2
    """

    count: int

    def pick(self, uniform: np.ndarray, split: Split) -> np.ndarray:
        """Numbers in [0, 1), any shape -> equally likely instances of `split`, int64 of the same shape."""
        numbers = self._numbers[split]
        return numbers[choose(uniform, len(numbers))]

    @cached_property
    def _numbers(self) -> dict[Split, np.ndarray]:
        shuffled = np.random.default_rng(_SHUFFLE_SEED).permutation(self.count)
        held_out = max(1, round(HELD_OUT_SHARE * self.count))
        return {"train": np.sort(shuffled[held_out:]), "held-out": np.sort(shuffled[:held_out])}
