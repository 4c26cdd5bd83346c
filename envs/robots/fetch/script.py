"""Movements from which the Fetch tasks' scripts are made: all worlds at once, from their current state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Actions per metre: full speed from 10 cm away, gently at the end.
GAIN = 10.0
OPEN, SHUT = 1.0, -1.0
# Heights in m above an object's centre: to travel at without touching it, and to be sure to be above it.
CLEAR, ABOVE = 0.1, 0.06


def pull(grip_pos: np.ndarray, point: np.ndarray, fingers: np.ndarray | float = SHUT) -> np.ndarray:
    """(B, 4) actions that bring the gripper to a point.

    Args:
        grip_pos: (B, 3) m, where the gripper is.
        point: (B, 3) m, where it is to go.
        fingers: what the fingers do, one or (B,), from -1 (shut) to 1 (open).
    """
    actions = np.empty((len(grip_pos), 4))
    actions[:, :3] = np.clip(GAIN * (point - grip_pos), -1.0, 1.0)
    actions[:, 3] = fingers
    return actions


class Line(NamedTuple):
    """The straight way of an object to its goal, seen from above, and where the gripper is beside it.

    Attributes:
        length: (B,) m, from the object to the goal.
        forward: (B, 2) unit vector from the object to the goal.
        ahead: (B,) m, how far the gripper is ahead of the object; negative behind it.
        aside: (B,) m, how far the gripper is to the left of the line.
    """

    length: np.ndarray
    forward: np.ndarray
    ahead: np.ndarray
    aside: np.ndarray

    @classmethod
    def between(cls, object_pos: np.ndarray, goal_pos: np.ndarray, grip_pos: np.ndarray) -> Line:
        """The way from `object_pos` (B, 3) to `goal_pos` (B, 3), with the gripper at `grip_pos` (B, 3); m."""
        way = (goal_pos - object_pos)[:, :2]
        length = np.linalg.norm(way, axis=-1)
        forward = way / np.maximum(length, 1e-9)[:, None]
        left = np.stack([-forward[:, 1], forward[:, 0]], axis=-1)
        to_grip = (grip_pos - object_pos)[:, :2]
        return cls(length, forward, (to_grip * forward).sum(-1), (to_grip * left).sum(-1))


def over_to(grip_pos: np.ndarray, place: np.ndarray, near: float) -> np.ndarray:
    """(B, 3) m, where to go next on a way over the object to a place beside it: up, across, down.

    Args:
        grip_pos: (B, 3) m, where the gripper is.
        place: (B, 3) m, where it is to be.
        near: m, how exactly over the place it has to be before it comes down.
    """
    over = np.linalg.norm((grip_pos - place)[:, :2], axis=-1) < near
    low = grip_pos[:, 2] < place[:, 2] + ABOVE
    up, across = grip_pos.copy(), place.copy()
    up[:, 2] = across[:, 2] = place[:, 2] + CLEAR
    return np.select([over[:, None], low[:, None]], [place, up], across)
