"""Starts that must meet a condition, from a fixed number of uniform draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def first_admissible(
    low: np.ndarray,
    high: np.ndarray,
    draws: np.ndarray,
    admissible: Callable[[np.ndarray], np.ndarray],
    fallback: np.ndarray,
) -> np.ndarray:
    """Points (n, k) as rejection sampling gives them, without its unbounded number of draws.

    Meta-World draws a start again and again until it likes it; here a few candidates are drawn at once, so
    many that starts without an admissible one hardly ever occur, and the first admissible one is taken.

    Args:
        low: (k,) lower corner of the box from which candidates are drawn.
        high: (k,) upper corner of that box.
        draws: (n, candidates * k) uniform numbers.
        admissible: (n, candidates) bool from candidates (n, candidates, k).
        fallback: (k,) start where no candidate is admissible.

    >>> start = first_admissible(np.zeros(1), np.ones(1), np.array([[0.1, 0.7, 0.9], [0.1, 0.2, 0.3]]),
    ...                          lambda point: point[..., 0] > 0.5, np.array([0.5]))
    >>> start.ravel().tolist()
    [0.7, 0.5]
    """
    candidates = low + (high - low) * draws.reshape(len(draws), -1, len(low))
    accepted = admissible(candidates)
    first = candidates[np.arange(len(candidates)), np.argmax(accepted, axis=1)]
    return np.where(accepted.any(axis=1, keepdims=True), first, fallback)


def apart(candidates: np.ndarray, distance: float) -> np.ndarray:
    """(n, candidates) bool: object and goal, (x, y, z) each, are `distance` in m apart as seen from above."""
    return np.linalg.norm(candidates[..., :2] - candidates[..., 3:5], axis=-1) >= distance
