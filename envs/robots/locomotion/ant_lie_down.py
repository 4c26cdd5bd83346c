"""Lie down on the back: ant-lie-down of Text2Reward (Xie et al., 2024, arXiv:2309.11489)."""

from __future__ import annotations

import math

import numpy as np

from ...registry import register
from . import ant
from .holding import HELD, METRIC, Holding

# The torso's radius is 0.25 m: below this height it rests on the floor.
HIGHEST_TORSO = 0.3
FASTEST, FASTEST_SPIN = 0.3, 0.5
MOST_UPRIGHT = -math.cos(math.radians(45))


@register
class AntLieDown(Holding, ant.Ant):
    """An ant that has to turn over: its lower legs do not go up far enough to lie on its belly."""

    required_steps = 20
    spec = ant.ROBOT.spec(
        "ant-lie-down",
        "Turn over and lie still: keep the torso upside down within 45 degrees, no higher than 0.3 m, and "
        "slower than 0.3 m/s and 0.5 rad/s, for 1 s without a break.",
        HELD,
        metric=METRIC,
        tags=("easy",),
        horizon=200,
    )

    def in_posture(self) -> np.ndarray:
        """(B,) bool: whether the torso rests on the floor, upside down and still."""
        on_its_back = (self.torso_height <= HIGHEST_TORSO) & (self.upright() <= MOST_UPRIGHT)
        speed, spin = self.batch.qvel[:, :3], self.batch.qvel[:, 3:6]
        still = (np.linalg.norm(speed, axis=1) <= FASTEST) & (np.linalg.norm(spin, axis=1) <= FASTEST_SPIN)
        return on_its_back & still
