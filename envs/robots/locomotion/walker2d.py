"""Gymnasium's Walker2d-v5: two legs of three hinges each, in a plane."""

from __future__ import annotations

import numpy as np

from .planar import PlanarTask, planar_fields
from .robot import Robot

HINGES = ("right_thigh", "right_leg", "right_foot", "left_thigh", "left_leg", "left_foot")
ROBOT = Robot(planar_fields, HINGES, HINGES, step_seconds=0.008)
LOWEST_TORSO, HIGHEST_TORSO = 0.8, 2.0
LARGEST_PITCH = 1.0


class Walker2d(PlanarTask):
    """B walkers."""

    hinges = ROBOT.hinges
    draws = 18
    model_file = "walker2d_v5.xml"
    substeps = 4
    position_noise = 0.005
    velocity_noise = 0.005

    def healthy(self) -> np.ndarray:
        """(B,) bool: torso between 0.8 and 2 m high and within 1 rad of upright."""
        height = self.torso_height
        in_range = (height > LOWEST_TORSO) & (height < HIGHEST_TORSO)
        return in_range & (np.abs(self.torso_pitch) < LARGEST_PITCH)
