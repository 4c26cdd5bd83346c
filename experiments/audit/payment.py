"""What a reward under audit pays for any batch of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ...envs import FieldView, RewardFn, Task, Terms, Transition, close_reward
from ...reward_gen import RewardProgram, open_reward

# A call behind the seal has a deadline and room for so many worlds.
_AT_ONCE = 1024

Pay = Callable[[Transition], tuple[np.ndarray, Terms]]


@contextmanager
def paying(program: RewardProgram, task: type[Task], *, trusted: bool = False) -> Iterator[Pay]:
    """Open `program` and pay by it: N steps -> rewards (N,) and terms {name: (N,)}.

    Args:
        program: the reward.
        task: the task's class.
        trusted: run it in this process instead of behind the seal.

    Raises:
        RewardFault: where the program is refused; a payment raises it where the program fails.
    """
    reward = open_reward(program, task, trusted=trusted)
    assert reward is not None, "a program is never the sparse reward"
    try:
        yield lambda steps: _paid(reward, steps)
    finally:
        close_reward(reward)


def _paid(reward: RewardFn, steps: Transition) -> tuple[np.ndarray, Terms]:
    starts = range(0, len(steps.action), _AT_ONCE)
    parts = [reward(*steps.rows(slice(start, start + _AT_ONCE))) for start in starts]
    names = parts[0][1]
    terms = {name: np.concatenate([part[1][name] for part in parts]) for name in names}
    return np.concatenate([part[0] for part in parts]), terms


def with_arrays(view: FieldView, **arrays: np.ndarray) -> FieldView:
    """The view with some of its fields replaced."""
    return FieldView({**view.arrays(), **arrays})
