"""Better attacks out of good ones: an evolution of whole sequences of actions."""

from __future__ import annotations

import numpy as np

from ...envs import TaskSpec
from .attacks import drawn
from .rollouts import Rollouts

_NOISE = 0.3


def parents_of(known: Rollouts, count: int) -> np.ndarray:
    """Sequences (count, T, ...) to breed from: failures of the highest return first.

    Where too few have failed, successes follow: next to them lie failures that almost succeed.
    """
    order = np.lexsort((-known.returns, known.success))
    chosen = order[:count]
    return known.actions[np.resize(chosen, count)]


def bred(spec: TaskSpec, parents: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, T, ...) children: two parents crossed at a step, then some steps repeated, redrawn or moved."""
    horizon = spec.horizon
    mothers, fathers = parents[rng.integers(len(parents), size=(2, count))]
    cut = rng.integers(0, horizon, count)
    before = np.arange(horizon) < cut[:, None]
    crossed = np.where(before.reshape(*before.shape, *[1] * (parents.ndim - 2)), mothers, fathers)
    children = np.where(_for_each(rng.random(count) < 0.5, crossed), mothers, crossed)
    return np.stack([_changed(spec, child, rng) for child in children])


def _changed(spec: TaskSpec, child: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    horizon = len(child)
    start, stop = np.sort(rng.integers(0, horizon + 1, 2))
    stop = max(stop, start + 1)
    way = rng.integers(4)
    if way == 0:
        # A pattern that pays is played to the end.
        length = rng.integers(1, min(4, horizon) + 1)
        child[start:] = child[(np.arange(start, horizon) - start) % length + max(0, start - length)]
    elif way == 1:
        child[start:stop] = drawn(spec.action, 1, rng)
    elif way == 2:
        step = rng.integers(horizon)
        child[step : step + 1] = drawn(spec.action, 1, rng)
    elif spec.action.kind == "box":
        moved = child[start:stop] + _NOISE * rng.standard_normal(spec.action.size)
        child[start:stop] = np.clip(moved, -1, 1)
    else:
        # One step less: everything after it comes earlier.
        child[start:-1] = child[start + 1 :]
    return child


def _for_each(flags: np.ndarray, like: np.ndarray) -> np.ndarray:
    return flags.reshape(-1, *[1] * (like.ndim - 1))
