"""What recorded steps would have earned under another reward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .errors import UserError
from .records import RewardFn, Terms, Transition

MAX_BATCH = 16_384


def relabel(
    episodes: Sequence[Transition], reward: RewardFn, max_batch: int = MAX_BATCH
) -> list[tuple[np.ndarray, Terms]]:
    """Pay recorded episodes with `reward`, all in one call where they fit into one.

    A reward is a function of a single step, so neither the order of the steps nor how they are split into
    calls makes a difference.

    Args:
        episodes: one record of T steps for each episode; the lengths may differ.
        reward: any reward, sealed ones too.
        max_batch: the most steps in one call; bounds memory and, for a sealed reward, the time of a call.

    Returns:
        For each episode its rewards (T,) and terms {name: (T,)}.

    Raises:
        UserError: if there is no step at all, `max_batch` is below 1, or calls return different terms.

    >>> from rewardsmith.envs import FieldView
    >>> line = FieldView({"x": np.array([1.0, 2.0])})
    >>> relabel([Transition(line, np.zeros((2, 1)), line)], lambda obs, action, next_obs: (-next_obs.x, {}))
    [(array([-1., -2.]), {})]
    """
    if max_batch < 1:
        raise UserError(f"a call pays for at least 1 step, got max_batch={max_batch}")
    lengths = [len(episode.action) for episode in episodes]
    if sum(lengths) == 0:
        raise UserError("there is nothing to relabel: give at least one recorded step")
    steps = Transition.concatenate(episodes)
    calls = [reward(*steps.rows(slice(at, at + max_batch))) for at in range(0, sum(lengths), max_batch)]
    if any(terms.keys() != calls[0][1].keys() for _, terms in calls):
        raise UserError("the reward names other terms for other steps; return the same names each time")
    rewards = np.concatenate([rewards for rewards, _ in calls])
    terms = {name: np.concatenate([terms[name] for _, terms in calls]) for name in calls[0][1]}
    ends = np.cumsum(lengths)
    episodes_rows = [slice(end - length, end) for length, end in zip(lengths, ends, strict=True)]
    return [(rewards[rows], {name: values[rows] for name, values in terms.items()}) for rows in episodes_rows]
