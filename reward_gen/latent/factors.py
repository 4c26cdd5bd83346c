"""What a factor program is: a reward program whose terms are the factors and whose reward is their plain sum.

One contract for both means that the check, the seal, the store and the proposers need nothing new. The sum is
never paid; it stands there so that a program that weighs its terms, a reward by mistake, can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...envs import RewardFn, Terms, Transition


def factor_names(program: RewardFn, samples: Transition) -> tuple[str, ...]:
    """The names of the factors that `program` returns on `samples`, in its own order."""
    return tuple(program(*samples)[1])


def stacked(factors: Terms, names: Sequence[str]) -> np.ndarray:
    """The factors called `names` as one array (B, F), whatever order they come in."""
    return np.stack([factors[name] for name in names], axis=-1)
