"""Run forward: how far the torso has come decides."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from .base import LocomotionTask

LEAST_UPRIGHT = math.cos(math.radians(60))
METRIC = "metres that the torso stands ahead of where the robot starts"


class Running(LocomotionTask):
    """A robot that has to come `distance` metres forward and be healthy there.

    Episodes start within the start's noise of x = 0 and end with a fall, as in Gymnasium.
    """

    distance: ClassVar[float]
    ends_when_unhealthy = True

    def success(self) -> np.ndarray:
        """(B,) bool: whether the torso is `distance` ahead and upright to 60 degrees, the robot healthy."""
        upright = self.upright() >= LEAST_UPRIGHT
        return (self.forward_position >= self.distance) & self.healthy() & upright

    def metric(self) -> np.ndarray:
        """(B,) m ahead of x = 0."""
        return self.forward_position.copy()
