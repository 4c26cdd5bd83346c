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


def training_seed(seed: int, purpose: str = "train", index: int = 0) -> int:
    """The seed of one training run of an experiment.

    Its world i takes this plus i, so a run can have up to `MOST_EPISODES` worlds.

    Args:
        seed: the experiment's.
        purpose: what is trained, e.g. ``candidate`` or ``final``; each purpose has its own stream.
        index: which of the runs of that purpose.

    Raises:
        UserError: if `seed` or `index` is negative.
    """
    _check_natural("an index", index)
    return _block_start(_TRAINING, seed, index, *purpose.encode())


def selection_seeds(seed: int, n: int) -> tuple[int, ...]:
    """`n` episode seeds on which the experiment compares candidates.

    The first seeds do not depend on `n`: asking for more episodes keeps those already played.

    Raises:
        UserError: if `seed` is negative, or `n` is not between 1 and `MOST_EPISODES`.
    """
    return _block(_SELECTION, seed, n)


def test_seeds(seed: int, n: int) -> tuple[int, ...]:
    """`n` episode seeds on which final results are reported; never a training or selection seed of anyone.

    Raises:
        UserError: if `seed` is negative, or `n` is not between 1 and `MOST_EPISODES`.
    """
    return _block(_TEST, seed, n)


def check_training_seed(seed: int) -> None:
    """Make sure that a training run's worlds keep clear of everyone's selection and test seeds.

    Raises:
        UserError: if `seed` is outside the training range.
    """
    most = _TRAINING.stop - MOST_EPISODES
    if not 0 <= seed < most:
        raise UserError(f"a training seed is a whole number from 0 to {most - 1}, got {seed}")


def _block(seeds: range, seed: int, n: int) -> tuple[int, ...]:
    if not 1 <= n <= MOST_EPISODES:
        raise UserError(f"the number of episodes is between 1 and {MOST_EPISODES}, got {n}")
    start = _block_start(seeds, seed)
    return tuple(range(start, start + n))


def _block_start(seeds: range, seed: int, *key: int) -> int:
    _check_natural("a seed", seed)
    draw = int(np.random.SeedSequence([seeds.start, seed, *key]).generate_state(1, np.uint64)[0])
    return seeds.start + draw % (len(seeds) - MOST_EPISODES)


def _check_natural(what: str, number: int) -> None:
    if number < 0:
        raise UserError(f"{what} is a whole number from 0 up, got {number}")
