"""The distance of two rewards that are canonical already: after normalisation, half of the norm between."""

from __future__ import annotations

from typing import Literal

import numpy as np

Norm = Literal["l1", "l2", "max"]
# Below this share of the reward's own size a canonical reward is rounding, not a reward.
_NOTHING = 1e-10


def between(
    first: np.ndarray,
    second: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    norm: Norm = "l2",
    centred: bool = False,
    sizes: tuple[float, float] = (0.0, 0.0),
) -> float:
    """Half of the distance between two canonical rewards of norm 1: 0 for equals, 1 for opposites.

    This is the last step of STARC (Skalse et al. 2024, arXiv:2309.15257, definition 1). `centred` with the
    ``l2`` norm it is the Pearson distance of EPIC (Gleave et al. 2021, arXiv:2006.13900), since for
    normalised vectors half of the distance is the square root of (1 - correlation) / 2.

    A reward that is canonically nothing stays nothing: it is at 0 from another such and at 1/2 from the rest.

    Args:
        first: canonical rewards, of any shape.
        second: those of the other, of the same shape.
        weights: the coverage, of the same shape: how much each entry counts; None counts all alike.
        norm: what is normalised and measured by; ``max`` looks wherever the coverage is not 0.
        centred: whether the weighted mean is taken off first.
        sizes: the size of either reward before it became canonical, to tell what is only rounding.

    >>> between(np.array([1.0, 2.0]), np.array([-2.0, -4.0]))
    1.0
    """
    weights = np.ones(first.shape) if weights is None else np.asarray(weights, float)
    weights = weights / weights.sum()
    one, other = (
        _normalised(values, weights, norm, centred, size)
        for values, size in zip((first, second), sizes, strict=True)
    )
    return 0.5 * _norm(one - other, weights, norm)


def size_of(rewards: np.ndarray) -> float:
    """The largest absolute value."""
    return float(np.abs(rewards).max(initial=0.0))


def _normalised(
    values: np.ndarray, weights: np.ndarray, norm: Norm, centred: bool, size: float
) -> np.ndarray:
    values = np.asarray(values, float)
    scale = max(size, size_of(values))
    if centred:
        values = values - np.sum(weights * values)
    length = _norm(values, weights, norm)
    return values / length if length > _NOTHING * scale else np.zeros_like(values)


def _norm(values: np.ndarray, weights: np.ndarray, norm: Norm) -> float:
    size = np.abs(values)
    if norm == "max":
        return float(size[weights > 0].max(initial=0.0))
    return float(np.sum(weights * size) if norm == "l1" else np.sqrt(np.sum(weights * size**2)))
