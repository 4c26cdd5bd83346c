"""Robots that move in the vertical plane along x: hopper, half-cheetah, walker."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...spec import Field
from .base import LocomotionTask
from .hinges import angle_fields, rate_fields

TORSO_JOINTS = 3


def planar_fields(hinges: tuple[str, ...], *own: Field) -> tuple[Field, ...]:
    """The fields of a planar robot with these hinges in Gymnasium's order, then the task's own."""
    return (
        Field("torso_height", "height of the torso above the floor", (), "m"),
        Field("torso_pitch", "turn of the torso, forward is positive; full turns add up", (), "rad"),
        *angle_fields(hinges),
        Field("forward_speed", "speed of the torso along +x", (), "m/s"),
        Field("upward_speed", "speed of the torso upwards", (), "m/s"),
        Field("pitch_rate", "rate of the torso's turn, forward is positive", (), "rad/s"),
        *rate_fields(hinges),
        *own,
        Field("forward_position", "position of the torso along +x", (), "m", observed=False),
    )


class PlanarTask(LocomotionTask):
    """B worlds of a robot whose torso slides along x and z and turns in that plane.

    Attributes:
        hinges: names of the hinges, in the model's order.
        height_at_zero: height of the torso in m where the model's own vertical coordinate is 0.
    """

    hinges: ClassVar[tuple[str, ...]]
    height_at_zero: ClassVar[float] = 0.0

    @property
    def torso_height(self) -> np.ndarray:
        """(B,) m above the floor."""
        return self.batch.qpos[:, 1] + self.height_at_zero

    @property
    def torso_pitch(self) -> np.ndarray:
        """(B,) rad, forward is positive, full turns add up; a view."""
        return self.batch.qpos[:, 2]

    def upright(self) -> np.ndarray:
        """(B,) cosine of the torso's pitch."""
        return np.cos(self.torso_pitch)

    def robot_fields(self) -> dict[str, np.ndarray]:
        """Torso and hinges."""
        position, speed = self.batch.qpos.copy().T, self.batch.qvel.copy().T
        return {
            "torso_height": self.torso_height,
            "torso_pitch": position[2],
            **{f"{hinge}_angle": position[TORSO_JOINTS + i] for i, hinge in enumerate(self.hinges)},
            "forward_speed": speed[0],
            "upward_speed": speed[1],
            "pitch_rate": speed[2],
            **{f"{hinge}_rate": speed[TORSO_JOINTS + i] for i, hinge in enumerate(self.hinges)},
            "forward_position": position[0],
        }
