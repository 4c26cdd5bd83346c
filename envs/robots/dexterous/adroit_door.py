"""Undo a latch and swing a door open: AdroitHandDoor of Gymnasium-Robotics."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import joint_pos, mocap_index, site_pos
from . import adroit

OPEN_ANGLE = 1.35
FRAME_LOW = np.array([-0.3, 0.25, 0.252])
FRAME_HIGH = np.array([-0.2, 0.35, 0.35])


@register
class AdroitDoor(adroit.AdroitTask):
    """A heavy door that its latch keeps shut until the handle has been turned far enough."""

    spec = adroit.adroit_spec(
        "adroit-door",
        f"Turn the door's handle to undo the latch, then swing the door open by at least {OPEN_ANGLE} rad.",
        (
            "forearm forwards",
            "forearm turn about its x axis",
            "forearm turn about its y axis",
            "forearm turn about its long axis",
        ),
        Field("latch_angle", "how far the handle is turned", (), "rad"),
        Field("door_angle", "how far the door is open", (), "rad"),
        Field("handle_pos", "position of the door's handle", (3,), "m"),
        Field("forearm_slide", "how far the forearm is moved forwards", (), "m", observed=False),
        Field("forearm_slide_vel", "speed of the forearm forwards", (), "m/s", observed=False),
        Field("latch_angular_vel", "angular velocity of the handle", (), "rad/s", observed=False),
        Field("door_angular_vel", "angular velocity of the door", (), "rad/s", observed=False),
        slides=1,
        metric=f"angle of the door as a share of {OPEN_ANGLE} rad",
    )
    draws = 3
    scene_file = "adroit_door.xml"
    sensors = (
        site_pos("handle_pos", "S_handle"),
        joint_pos("door_angle", "door_hinge"),
        joint_pos("latch_angle", "latch"),
    )
    movable = ("frame",)
    slides = 1

    def place(self, worlds: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
        """Put the door's frame somewhere in its box of 10 cm."""
        frame = mocap_index(self.batch.model, "frame")
        self.batch.mocap_pos[worlds, frame] = FRAME_LOW + (FRAME_HIGH - FRAME_LOW) * draws
        return {}

    def own_fields(self) -> dict[str, np.ndarray]:
        """Angles, the forearm's slide and the velocities."""
        return {
            "latch_angle": self.batch.sensor("latch_angle")[:, 0],
            "door_angle": self.batch.sensor("door_angle")[:, 0],
            "forearm_slide": self.batch.qpos[:, 0].copy(),
            "forearm_slide_vel": self.batch.qvel[:, 0].copy(),
            "latch_angular_vel": self.batch.qvel[:, -1].copy(),
            "door_angular_vel": self.batch.qvel[:, -2].copy(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: whether the door is open."""
        return self.batch.sensor("door_angle")[:, 0] >= OPEN_ANGLE

    def metric(self) -> np.ndarray:
        """(B,) share of the angle that counts as open."""
        return self.batch.sensor("door_angle")[:, 0] / OPEN_ANGLE
