"""Seeds by role: an agent is trained, selected and tested on episodes that never coincide.

The 32-bit seeds are cut into three ranges, one for each role, so the sets are disjoint by construction and
not merely with high probability.
"""

from __future__ import annotations

import numpy as np

from ..envs import UserError

MOST_EPISODES = 2**20
_TRAINING = range(0, 2**31)
_SELECTION = range(2**31, 2**31 + 2**30)
_TEST = range(2**31 + 2**30, 2**32)


def training_seed(seed: int) -> int:
    """First seed of the training worlds of run `seed`; world i takes this plus i.

    Raises:
        UserError: if `seed` is negative.
    """
    return _block_start(_TRAINING, 0, seed)


def selection_seeds(seed: int, n: int) -> tuple[int, ...]:
    """`n` episode seeds on which run `seed` compares candidates.

    The first seeds do not depend on `n`: asking for more episodes keeps those already played.

    Raises:
        UserError: if `seed` is negative, or `n` is not between 1 and `MOST_EPISODES`.
    """
    _check_count(n)
    start = _block_start(_SELECTION, 1, seed)
    return tuple(range(start, start + n))


def test_seeds(n: int) -> tuple[int, ...]:
    """The `n` episode seeds on which final results are reported: the same for every run and method.

    Raises:
        UserError: if `n` is not between 1 and `MOST_EPISODES`.
    """
    _check_count(n)
    return tuple(range(_TEST.start, _TEST.start + n))


def _block_start(seeds: range, role: int, seed: int) -> int:
    if seed < 0:
        raise UserError(f"a seed is a whole number from 0 up, got {seed}")
    draw = int(np.random.SeedSequence([role, seed]).generate_state(1, np.uint64)[0])
    return seeds.start + draw % (len(seeds) - MOST_EPISODES)


def _check_count(n: int) -> None:
    if not 1 <= n <= MOST_EPISODES:
        raise UserError(f"the number of episodes is between 1 and {MOST_EPISODES}, got {n}")
