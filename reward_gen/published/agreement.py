"""Whether two programs pay the same: both behind the seal, on states of random play."""

from __future__ import annotations

import numpy as np

from ...envs.play import random_transitions
from ...envs.records import Transition
from ...envs.spec import TaskSpec
from ...envs.task import Task
from ..program import RewardProgram
from ..seal.sealed import SealedReward
from ..verdict import RewardFault

STATES = 10_000
TOLERANCE = 1e-6
_BATCH = 1000
_DEADLINE = 30.0


def random_states(task: type[Task], count: int = STATES) -> Transition:
    """`count` transitions of random play with `task`, the same ones each time."""
    return random_transitions(task, count, np.random.default_rng(0))


def disagreement(first: str, second: str, spec: TaskSpec, states: Transition) -> str:
    """Where the program texts `first` and `second` differ on `states`; empty where they agree to 1e-6.

    Rewards and terms are compared, with a tolerance that is absolute below 1 and relative above.

    Args:
        first: the program that is right by definition.
        second: the program that must agree with it; where it fails, it does not.
        spec: the task.
        states: the transitions to compare on.

    Raises:
        RewardFault: where `first` itself fails.
    """
    with (
        SealedReward(RewardProgram(first), spec, deadline=_DEADLINE) as one,
        SealedReward(RewardProgram(second), spec, deadline=_DEADLINE) as other,
    ):
        for start in range(0, len(states.action), _BATCH):
            part = states.rows(slice(start, start + _BATCH))
            expected = _rows(one, part)
            try:
                got = _rows(other, part)
            except RewardFault as fault:
                return fault.reason
            fault_found = _difference(expected, got)
            if fault_found:
                return fault_found
    return ""


def _rows(reward: SealedReward, part: Transition) -> dict[str, np.ndarray]:
    total, terms = reward(*part)
    return {"the reward": total, **terms}


def _difference(expected: dict[str, np.ndarray], got: dict[str, np.ndarray]) -> str:
    if expected.keys() != got.keys():
        return f"the terms are {', '.join(got)}, expected {', '.join(expected)}"
    for name, values in expected.items():
        gap = np.abs(values - got[name]) / np.maximum(1.0, np.abs(values))
        if gap.max() > TOLERANCE:
            return f"{name} differs by up to {gap.max():.2g}"
    return ""
