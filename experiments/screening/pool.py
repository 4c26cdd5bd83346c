"""The pool: episodes of earlier candidates that a new program is held against."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ...envs import Episodes


def pool_of(recorded: Sequence[Episodes], most: int = 60) -> Episodes | None:
    """Episodes of many candidates, as evenly from them as there are some, and of both outcomes.

    For each outcome every candidate gives its first episode, then every one its second, the latest candidate
    first, since it plays most like those to come; at most half of the pool is of one outcome.

    Args:
        recorded: each candidate's episodes, the earliest candidate first.
        most: the most episodes in the pool.

    Returns:
        The pool, successes first; None where nothing was recorded.
    """
    chosen = [
        episodes.part(np.array([index]))
        for outcome in (True, False)
        for episodes, index in itertools.islice(_in_turn(recorded, outcome), most // 2)
    ]
    return Episodes.concatenate(chosen) if chosen else None


def _in_turn(recorded: Sequence[Episodes], outcome: bool):
    queues = [np.flatnonzero(episodes.success == outcome) for episodes in recorded]
    for turn in range(max(map(len, queues), default=0)):
        for episodes, queue in zip(reversed(recorded), reversed(queues), strict=True):
            if turn < len(queue):
                yield episodes, int(queue[turn])
