"""How good the runs are at each number of environment steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ....envs import TrainingTrace, UserError
from .aggregate import Statistic, iqm
from .intervals import table_of
from .profiles import Band
from .resampling import bounds, expanded_tail, resampled


def sample_efficiency(
    curves: np.ndarray,
    steps: np.ndarray,
    rng: np.random.Generator,
    statistic: Statistic = iqm,
    resamples: int = 2_000,
    level: float = 0.95,
) -> Band:
    """IQM over runs and tasks at each number of steps, with pointwise intervals.

    Whole runs are resampled within each task, so that a run's checkpoints stay together.

    Args:
        curves: (N, M, K) scores of N runs of each of M tasks at K checkpoints.
        steps: (K,) environment steps of the checkpoints.
        rng: source of the resampling.
        statistic: what stands for all runs and tasks.
        resamples: bootstrap resamples.
        level: wanted coverage at each checkpoint.

    Returns:
        The curve; its bounds are nan where there is a single run.

    Raises:
        UserError: if the curves are not (N, M, K) or not finite.
    """
    curves, steps = table_of(curves, "(runs, tasks, checkpoints)"), np.asarray(steps)
    value = statistic(curves, axis=(0, 1))
    if len(curves) < 2:
        unknown = np.full(len(steps), np.nan)
        return Band(steps, value, unknown, unknown)
    found = [statistic(part, axis=(1, 2)) for part in resampled(curves, rng, resamples)]
    return Band(steps, value, *bounds(np.concatenate(found), expanded_tail(curves, level=level)))


def success_curves(traces: Sequence[Sequence[TrainingTrace]], steps: np.ndarray) -> np.ndarray:
    """Success (N, M, K) of each run at each of `steps` (K,): that of its last checkpoint by then.

    Between checkpoints nothing was measured, so nothing is interpolated; before the first it is 0.

    Args:
        traces: for each task, the traces of its N runs.
        steps: environment steps.

    Raises:
        UserError: if tasks have unequal numbers of runs, or a run ended before the last of `steps`.
    """
    if len({len(own) for own in traces}) != 1:
        raise UserError(f"every task needs as many runs, got {[len(own) for own in traces]}")
    steps = np.asarray(steps)
    shortest = min(int(trace.steps[-1]) for own in traces for trace in own)
    if steps[-1] > shortest:
        raise UserError(f"curves reach to {int(steps[-1])} steps, but a run ended at {shortest}; end there")
    return np.array([[_held(trace, steps) for trace in own] for own in traces]).swapaxes(0, 1)


def steps_to(band: Band, score: float) -> float:
    """The first number of steps at which the curve reaches `score`; inf where it never does.

    >>> steps_to(Band(np.array([10, 20]), np.array([0.2, 0.6]), np.zeros(2), np.ones(2)), 0.5)
    20.0
    """
    reached = band.value >= score
    return float(band.at[reached.argmax()]) if reached.any() else float("inf")


def _held(trace: TrainingTrace, steps: np.ndarray) -> np.ndarray:
    last = np.searchsorted(trace.steps, steps, side="right")
    return np.concatenate([[0.0], trace.success])[last]
