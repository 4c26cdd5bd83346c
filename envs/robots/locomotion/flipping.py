"""Turn head over heels once and land on the foot, on Gymnasium's hopper."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ...spec import Field
from ..scene import geom_pos
from . import hopper

FULL_TURN = 2.0 * math.pi
LARGEST_TILT = 0.5
LOWEST_TORSO = 0.9
HIGHEST_FOOT = 0.1
METRIC = "share of a full turn in the wanted direction, at most 1; success also needs a landing"
FOOT_HEIGHT = Field(
    "foot_height", "height of the foot's middle above the floor; 0.06 when it lies flat", (), "m"
)


class Flipping(hopper.Hopper):
    """A hopper that has to turn once and stand again. The pitch itself counts full turns.

    Attributes:
        direction: 1 to turn forward, -1 to turn backward.
    """

    direction: ClassVar[float]
    sensors = (geom_pos("foot_pos", "foot_geom"),)

    def turned(self) -> np.ndarray:
        """(B,) rad that the torso has turned in the wanted direction."""
        return self.direction * self.torso_pitch

    def foot_height(self) -> np.ndarray:
        """(B,) m of the foot's middle above the floor."""
        return self.batch.sensor("foot_pos")[:, 2]

    def success(self) -> np.ndarray:
        """(B,) bool: whether the hopper stands on its foot again, one turn on."""
        upright_again = np.abs(self.turned() - FULL_TURN) <= LARGEST_TILT
        return upright_again & (self.torso_height >= LOWEST_TORSO) & (self.foot_height() <= HIGHEST_FOOT)

    def metric(self) -> np.ndarray:
        """(B,) share of a full turn."""
        return np.clip(self.turned() / FULL_TURN, -1.0, 1.0)

    def own_fields(self) -> dict[str, np.ndarray]:
        """The foot."""
        return {"foot_height": self.foot_height()}
