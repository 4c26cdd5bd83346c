"""Gymnasium's Hopper-v5: one leg of three hinges under a torso (Erez et al., 2011)."""

from __future__ import annotations

import numpy as np

from .planar import PlanarTask, planar_fields
from .robot import Robot

HINGES = ("thigh", "leg", "foot")
ROBOT = Robot(planar_fields, HINGES, HINGES, step_seconds=0.008)
LOWEST_TORSO = 0.7
LARGEST_PITCH = 0.2
LARGEST_STATE = 100.0


class Hopper(PlanarTask):
    """B hoppers."""

    hinges = ROBOT.hinges
    draws = 12
    model_file = "hopper.xml"
    substeps = 4
    position_noise = 0.005
    velocity_noise = 0.005

    def healthy(self) -> np.ndarray:
        """(B,) bool: torso above 0.7 m, within 0.2 rad of upright, and no angle or speed beyond 100."""
        angles, speeds = self.batch.qpos[:, 2:], self.batch.qvel
        bounded = (np.abs(angles) < LARGEST_STATE).all(axis=1) & (np.abs(speeds) < LARGEST_STATE).all(axis=1)
        return bounded & (self.torso_height > LOWEST_TORSO) & (np.abs(self.torso_pitch) < LARGEST_PITCH)
