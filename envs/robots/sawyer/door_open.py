"""Pull a safe's door open: Meta-World's door-open (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import geom_pos, joint_pos
from . import base, script

GOAL_OFFSET = np.array([-0.3, -0.45, 0.0])


@register
class DoorOpen(base.SawyerTask):
    """A shut door; the hand must hook its handle and swing it open towards the robot."""

    spec = base.sawyer_spec(
        "door-open",
        "Swing the shut door open until the x of its handle is within 8 cm of the goal's x.",
        Field("handle_pos", "position of the door's handle", (3,), "m"),
        Field("door_angle", "angle of the door: 0 shut, about -1.57 wide open", unit="rad"),
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_door_pull.xml"
    sensors = (geom_pos("handle_pos", "handle"), joint_pos("door_angle", "doorjoint"))
    movable = ("door",)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    success_radius = 0.08
    start_low = np.array([0.0, 0.85, 0.15])
    start_high = np.array([0.1, 0.95, 0.15])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the safe at `start` (n, 3) m with its door shut."""
        self.place_body(worlds, "door", start)
        self.place_joint(worlds, "door_link", 0.0)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """Near the handle's place when the door stands wide open."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along x between the handle and the goal; the other axes don't count."""
        return np.abs(self.batch.sensor("handle_pos")[:, 0] - self.goal_pos[:, 0])

    def scripted_actions(self) -> np.ndarray:
        """Come down between handle and door with closed fingers, and pull along the handle's circle."""
        angle, handle = self.batch.sensor("door_angle")[:, 0], self.batch.sensor("handle_pos")
        opening = np.stack([np.sin(angle), -np.cos(angle), np.zeros_like(angle)], axis=-1)
        return script.push_along(self.tcp_pos(), handle, opening, gap=0.05, height=0.15)
