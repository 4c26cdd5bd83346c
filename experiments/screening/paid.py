"""Steps at hand, paid by a program behind the seal: what every test of screening looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs import Episodes, TaskSpec, Terms, Transition
from ...reward_gen import RewardProgram
from ...reward_gen.seal.sealed import SealedReward

# A program that is slow on one large batch is not thereby a bad one; a hanging one still ends.
DEADLINE = 20.0


@dataclass(frozen=True)
class Paid:
    """What a program pays.

    Attributes:
        rewards: (N,) for the pool's steps, then those of random play.
        terms: name -> (N,), in the same order.
        pool_steps: how many of the N belong to the pool.
    """

    rewards: np.ndarray
    terms: Terms
    pool_steps: int

    def in_pool(self, values: np.ndarray) -> np.ndarray:
        """Those of `values` (N,) that belong to the pool's steps."""
        return values[: self.pool_steps]


def pay(program: RewardProgram, spec: TaskSpec, pool: Episodes | None, samples: Transition) -> Paid:
    """Run `program` behind the seal on all steps of `pool` and on `samples`, in one call.

    Raises:
        RewardFault: where the program fails on them.
        SealError: where the required isolation level cannot be had.
    """
    played = [samples] if pool is None else [pool.transitions(), samples]
    steps = Transition.concatenate(played)
    with SealedReward(program, spec, deadline=DEADLINE, capacity=len(steps.action)) as reward:
        rewards, terms = reward(*steps)
    return Paid(rewards, terms, len(steps.action) - len(samples.action))
