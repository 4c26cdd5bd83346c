"""Rotations of batches as unit quaternions, w first."""

from __future__ import annotations

import numpy as np


def about_axis(angle: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(n, 4) rotations by `angle` (n,) rad about `axis` (3,) or (n, 3), of any length; by 0 rad also of 0."""
    unit = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), np.finfo(float).tiny)
    half = np.asarray(angle)[:, None] / 2
    return np.concatenate([np.cos(half), np.sin(half) * unit], axis=-1)


def product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n, 4) the rotation `first` (n, 4) of what `second` (n, 4) has rotated."""
    w, vector = first[:, :1], first[:, 1:]
    other_w, other = second[:, :1], second[:, 1:]
    scalar = w * other_w - np.einsum("ij,ij->i", vector, other)[:, None]
    return np.concatenate([scalar, w * other + other_w * vector + np.cross(vector, other)], axis=-1)


def angle_between(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n,) rad in [0, 2 pi]: angle of the rotation from `second` (n, 4) to `first` (n, 4).

    A quaternion and its negative are the same rotation, yet are told apart here, as in Gymnasium-Robotics:
    between them lies a full turn.
    """
    return 2 * np.arccos(np.clip(np.einsum("ij,ij->i", first, second), -1.0, 1.0))


def euler_to_quat(angles: np.ndarray) -> np.ndarray:
    """(n, 4) from `angles` (n, 3) rad about x, then the new y, then the new z.

    >>> euler_to_quat(np.array([[0.0, np.pi, 0.0]])).round(6).tolist()
    [[0.0, 0.0, 1.0, 0.0]]
    """
    turns = [about_axis(angles[:, i], axis) for i, axis in enumerate(np.eye(3))]
    return product(product(turns[0], turns[1]), turns[2])


def z_axis(quat: np.ndarray) -> np.ndarray:
    """(n, 3) where `quat` (n, 4) takes the z axis."""
    w, x, y, z = quat.T
    return np.stack([2 * (x * z + w * y), 2 * (y * z - w * x), w * w - x * x - y * y + z * z], axis=-1)


def tilt(quat: np.ndarray) -> np.ndarray:
    """(n, 4) the turns about x and then the new y in `quat` (n, 4), without its last turn about z."""
    x, y, z = z_axis(quat).T
    return euler_to_quat(
        np.stack([np.arctan2(-y, z), np.arctan2(x, np.hypot(y, z)), np.zeros(len(quat))], axis=-1)
    )
