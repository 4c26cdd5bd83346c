"""The verdict on a program: read it, then run it behind the seal on recorded transitions."""

from __future__ import annotations

import time

import numpy as np

from ...envs.records import Transition
from ...envs.spec import TaskSpec
from ..program import RewardProgram
from ..verdict import Accepted, Rejected, RewardFault, Verdict
from .level import IsolationLevel
from .sealed import SealedReward

# Prime to each other and unequal to most field sizes, so that a wrong axis shows; then a training batch.
SIZES = (11, 5)
WIDE = 1024
TOLERANCE = 1e-9

Rows = dict[str, np.ndarray]


def check(
    program: RewardProgram,
    spec: TaskSpec,
    samples: Transition,
    *,
    deadline: float = 5.0,
    memory_mb: int = 1024,
    required: IsolationLevel | str | None = None,
) -> Verdict:
    """Judge `program` behind the seal: the static check, then runs on `samples`.

    It must return finite arrays of the right shape with the same terms for batches of 1, 5, 11 and 1024
    worlds, the same bits for the same input, and for each world what it returns for that world alone
    (to 1e-9), so that worlds do not leak into one another.

    Args:
        program: the program.
        spec: the task whose fields it reads.
        samples: recorded transitions of the task, at least one; 11 different ones are used.
        deadline: seconds for all runs together, counted from the worker being ready.
        memory_mb: MB that the program may use.
        required: the isolation level to insist on; see `required_level`.

    Returns:
        `Accepted`, or `Rejected` with stage ``static`` or ``probe`` and the reason.

    Raises:
        SealError: where the required isolation level cannot be had.
    """
    if len(samples.action) == 0:
        raise ValueError("a probe needs at least one recorded transition, got none")
    try:
        with SealedReward(program, spec, memory_mb=memory_mb, deadline=deadline, required=required) as reward:
            return _Probe(reward, samples, deadline).verdict()
    except RewardFault as fault:
        return Rejected("static" if fault.stage == "static" else "probe", fault.reason)


class _Probe:
    def __init__(self, reward: SealedReward, samples: Transition, deadline: float) -> None:
        self._reward = reward
        self._samples = samples
        self._deadline = deadline
        self._until: float | None = None

    def verdict(self) -> Verdict:
        """Run all checks; the first that fails decides."""
        singles = [self._run([world]) for world in range(SIZES[0])]
        alone = {name: np.concatenate([rows[name] for rows in singles]) for name in singles[0]}
        again = self._run([0])
        if any(again[name].tobytes() != singles[0][name].tobytes() for name in alone):
            return Rejected("probe", "the same input gave another result; a reward is a pure function")
        for size in (*SIZES, WIDE):
            fault = self._compare(alone, size)
            if fault:
                return Rejected("probe", fault)
        return Accepted(self._reward.program)

    def _compare(self, alone: Rows, size: int) -> str:
        worlds = np.arange(size) % SIZES[0]
        together = self._run(worlds)
        for name, values in together.items():
            if not np.allclose(values, alone[name][worlds], rtol=TOLERANCE, atol=TOLERANCE):
                return (
                    f"{name} of a world depends on the other worlds of its batch (1 and {size} differ); "
                    "reduce over the last axis only, axis=-1"
                )
        return ""

    def _run(self, worlds: np.ndarray | list[int]) -> Rows:
        """The reward and its terms for some of the samples, within what is left of the time."""
        index = np.asarray(worlds) % len(self._samples.action)
        if self._until is not None:
            self._reward.deadline = max(self._until - time.monotonic(), 0.0)
        obs, action, next_obs = self._samples
        reward, terms = self._reward(obs.worlds(index), action[index], next_obs.worlds(index))
        if self._until is None:
            self._until = time.monotonic() + self._deadline
        return {"the reward": reward, **terms}
