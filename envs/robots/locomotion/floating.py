"""Robots whose torso floats freely in space: ant and humanoid."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...spec import Field
from .base import LocomotionTask
from .hinges import angle_fields, rate_fields

TORSO_POSITIONS = 7
TORSO_VELOCITIES = 6


def floating_fields(hinges: tuple[str, ...], *own: Field) -> tuple[Field, ...]:
    """The fields of a floating robot with these hinges in Gymnasium's order, then the task's own."""
    return (
        Field("torso_height", "height of the torso above the floor", (), "m"),
        Field("torso_quat", "orientation of the torso, a unit quaternion with w first", (4,)),
        *angle_fields(hinges),
        Field(
            "torso_velocity", "velocity of the torso: forward (+x), to the left (+y), up (+z)", (3,), "m/s"
        ),
        Field("torso_spin", "angular velocity of the torso about its own axes", (3,), "rad/s"),
        *rate_fields(hinges),
        *own,
        Field("forward_position", "position of the torso along +x", (), "m", observed=False),
        Field(
            "torso_upright",
            "cosine between the torso's up axis and the vertical: 1 upright, -1 upside down",
            low=-1.0,
            high=1.0,
            observed=False,
        ),
    )


class FloatingTask(LocomotionTask):
    """B worlds of a robot whose torso has all six degrees of freedom.

    Attributes:
        hinges: names of the hinges, in the model's order.
    """

    hinges: ClassVar[tuple[str, ...]]

    @property
    def torso_height(self) -> np.ndarray:
        """(B,) m above the floor, a view."""
        return self.batch.qpos[:, 2]

    def upright(self) -> np.ndarray:
        """(B,) cosine of the angle between the torso's up axis and the vertical."""
        # MuJoCo normalises a quaternion when it is used, so that a start's may still be of any length.
        w, x, y, z = self.batch.qpos[:, 3:7].T
        cosine = (w * w - x * x - y * y + z * z) / (w * w + x * x + y * y + z * z)
        return np.clip(cosine, -1.0, 1.0)

    def robot_fields(self) -> dict[str, np.ndarray]:
        """Torso and hinges."""
        position, speed = self.batch.qpos.copy(), self.batch.qvel.copy()
        angles, rates = position[:, TORSO_POSITIONS:].T, speed[:, TORSO_VELOCITIES:].T
        return {
            "torso_height": position[:, 2],
            "torso_quat": position[:, 3:7],
            **{f"{hinge}_angle": angles[i] for i, hinge in enumerate(self.hinges)},
            "torso_velocity": speed[:, :3],
            "torso_spin": speed[:, 3:6],
            **{f"{hinge}_rate": rates[i] for i, hinge in enumerate(self.hinges)},
            "forward_position": position[:, 0],
            "torso_upright": self.upright(),
        }
