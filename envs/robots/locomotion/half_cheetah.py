"""Gymnasium's HalfCheetah-v5: a back and a front leg, in a plane (Wawrzynski, 2009)."""

from __future__ import annotations

import numpy as np

from .planar import PlanarTask, planar_fields
from .robot import Robot

HINGES = ("back_thigh", "back_shin", "back_foot", "front_thigh", "front_shin", "front_foot")
ROBOT = Robot(planar_fields, HINGES, HINGES, step_seconds=0.05)


class HalfCheetah(PlanarTask):
    """B half-cheetahs."""

    hinges = ROBOT.hinges
    height_at_zero = 0.7
    draws = 27
    model_file = "half_cheetah.xml"
    substeps = 5
    position_noise = 0.1
    velocity_noise = 0.1
    normal_velocities = True

    def healthy(self) -> np.ndarray:
        """(B,) bool: always, a half-cheetah cannot fall."""
        return np.ones(self.num_worlds, bool)
