"""Fetch tasks in which an object on the table has to come to a goal."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...spec import Field
from ..rejection import first_admissible
from .base import FetchTask

MIN_OBJECT_DISTANCE = 0.1
AXES_COINCIDE = 4.0 * np.finfo(float).eps

OBJECT_FIELDS = (
    Field("object_pos", "centre of the object", (3,), "m"),
    Field("object_from_grip", "centre of the object, seen from the point between the finger tips", (3,), "m"),
    Field("object_euler", "rotation of the object: turns about its own x, y and z axis", (3,), "rad"),
    Field("object_vel_from_grip", "velocity of the object relative to the gripper", (3,), "m/s"),
    Field("object_spin", "angular velocity of the object", (3,), "rad/s"),
)


class FetchObjectTask(FetchTask):
    """B worlds with an object that starts at least 10 cm from the gripper, as seen from above.

    The official environment draws the object's place again until that is so. Here `candidates` places are
    drawn at once, so many that fewer than one start in a million has none that is far enough.

    Attributes:
        candidates: places that are drawn for the object.
        object_range: m, half the side of the square around the gripper in which the object starts.
        goal_range: m, half the side of the square in which the goal lies.
        goal_ahead: m, how far ahead of the gripper the middle of that square is.
    """

    achieved_goal = "object_pos"
    candidates: ClassVar[int] = 16
    object_range: ClassVar[float] = 0.15
    goal_range: ClassVar[float] = 0.15
    goal_ahead: ClassVar[float] = 0.0

    def start(self, worlds: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Place the object; the goal is on the table."""
        places = 2 * self.candidates
        first = self.batch.model.joint("object0:joint").qposadr[0]
        self.batch.qpos[worlds, first : first + 2] = self.object_start(draws[:, :places])
        return self.goal_on_table(draws[:, places : places + 2])

    def object_start(self, draws: np.ndarray) -> np.ndarray:
        """(n, 2) m, where the object starts: the first candidate that is far enough from the gripper."""
        grip = self.rest.grip_pos[:2]
        return first_admissible(
            grip - self.object_range,
            grip + self.object_range,
            draws,
            lambda places: np.linalg.norm(places - grip, axis=-1) >= MIN_OBJECT_DISTANCE,
            grip + self.object_range,
        )

    def goal_on_table(self, draws: np.ndarray) -> np.ndarray:
        """Goals (n, 3) in m at the object's height from uniform `draws` (n, 2)."""
        goals = np.empty((len(draws), 3))
        goals[:, :2] = self.rest.grip_pos[:2] + [self.goal_ahead, 0.0] + self.goal_range * (2.0 * draws - 1.0)
        goals[:, 2] = self.rest.object_height
        return goals

    def own_fields(self) -> dict[str, np.ndarray]:
        """What is known of the object beyond its sensors."""
        return {
            "object_from_grip": self.batch.sensor("object_pos") - self.batch.sensor("grip_pos"),
            "object_euler": euler_angles(self.batch.sensor("object_quat")),
            "object_vel_from_grip": self.batch.sensor("object_vel") - self.batch.sensor("grip_vel"),
        }


def euler_angles(quat: np.ndarray) -> np.ndarray:
    """(B, 3) rad, turns about the body's own x, y and z axis that make up unit `quat` (B, 4), w first.

    After a quarter turn about y the other two axes coincide: the turn about x is then called 0.

    >>> euler_angles(np.array([[np.cos(0.2), 0.0, 0.0, np.sin(0.2)]])).round(6).tolist()
    [[-0.0, 0.0, 0.4]]
    """
    w, x, y, z = quat.T
    # Entries of the rotation matrix, named by row and column.
    xx, xy, xz = 1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)
    yx, yy, yz = 2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)
    zz = 1.0 - 2.0 * (x * x + y * y)
    cos_y = np.hypot(zz, yz)
    separate = cos_y > AXES_COINCIDE
    about_x = np.where(separate, np.arctan2(-yz, zz), 0.0)
    about_z = np.where(separate, np.arctan2(-xy, xx), np.arctan2(yx, yy))
    return np.stack([about_x, np.arctan2(xz, cos_y), about_z], axis=-1)
