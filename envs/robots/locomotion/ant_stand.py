"""Stand up tall from a crouch, on Gymnasium's ant; stand is a task of Tassa et al. (2018)."""

from __future__ import annotations

import math

import numpy as np

from ...registry import register
from . import ant
from .holding import HELD, METRIC, Standing


@register
class AntStand(Standing, ant.Ant):
    """An ant that starts crouched, its lower legs as flat as they go."""

    lowest_torso = 0.6
    least_upright = math.cos(math.radians(15))
    required_steps = 40
    spec = ant.ROBOT.spec(
        "ant-stand",
        "Stand up from a crouch: keep the torso at least 0.6 m high and within 15 degrees of upright for 2 s "
        "without a break.",
        HELD,
        metric=METRIC,
        tags=("easy",),
        horizon=200,
    )

    def start_pose(self, pose: np.ndarray) -> np.ndarray:
        """(nq,) joint positions of a crouch."""
        return ant.standing_pose(pose, height=0.4, ankle=math.radians(32))

    def scripted_actions(self) -> np.ndarray:
        """(B, 8): stretch the lower legs down and hold them there."""
        return self.towards(ant.leg_angles(hip=0.0, ankle=math.radians(68)))
