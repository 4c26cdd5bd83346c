"""Noise of an episode's start, made from uniform draws."""

from __future__ import annotations

import numpy as np


def uniform_noise(draws: np.ndarray, scale: float) -> np.ndarray:
    """Uniform numbers in [-scale, scale), as many as `draws` in [0, 1)."""
    return scale * (2.0 * draws - 1.0)


def normal_noise(draws: np.ndarray, scale: float) -> np.ndarray:
    """Normal numbers (n, k) of mean 0 from `draws` (n, 2 k) in [0, 1), after Box and Muller (1958).

    Args:
        draws: uniform numbers; the first half makes radii, the second angles.
        scale: standard deviation.
    """
    radius, angle = np.split(draws, 2, axis=1)
    return scale * np.sqrt(-2.0 * np.log1p(-radius)) * np.cos(2.0 * np.pi * angle)
