"""Hold a posture: a predicate has to stay true for a while without a break."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ...spec import Field
from .base import LocomotionTask

METRIC = "share of the required time for which the posture has been held; 1 is success"
HELD = Field(
    "held_share",
    "time for which the posture has been held without a break, as a share of what is required",
    low=0.0,
    high=1.0,
)


class Holding(LocomotionTask):
    """A robot that has to hold a posture for `required_steps` steps in a row."""

    required_steps: ClassVar[int]
    memory: ClassVar[dict[str, type]] = {"steps_held": np.int64}

    @abstractmethod
    def in_posture(self) -> np.ndarray:
        """(B,) bool: whether the current state is the posture."""

    def follow(self) -> None:
        """Count on where the posture is held, from 0 where it is not."""
        held = self.remembered("steps_held")
        held[:] = np.where(self.in_posture(), held + 1, 0)

    def success(self) -> np.ndarray:
        """(B,) bool: whether the posture has been held long enough."""
        return self.remembered("steps_held") >= self.required_steps

    def metric(self) -> np.ndarray:
        """(B,) share of the required time, at most 1."""
        return np.minimum(self.remembered("steps_held") / self.required_steps, 1.0)

    def own_fields(self) -> dict[str, np.ndarray]:
        """For how long the posture has been held."""
        return {"held_share": self.metric()}


class Standing(Holding):
    """A robot that has to keep its torso high and upright.

    Attributes:
        lowest_torso: height in m that the torso has to keep.
        least_upright: cosine of the angle to the vertical that it has to keep.
    """

    lowest_torso: ClassVar[float]
    least_upright: ClassVar[float]

    def in_posture(self) -> np.ndarray:
        """(B,) bool: whether the torso is high enough and upright."""
        return (self.torso_height >= self.lowest_torso) & (self.upright() >= self.least_upright)
