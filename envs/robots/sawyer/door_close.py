"""Push a safe's door shut: Meta-World's door-close (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import geom_pos, joint_pos
from . import base, script

GOAL_OFFSET = np.array([0.2, -0.2, 0.0])
# Meta-World's own rounding of a right angle.
START_ANGLE = -1.5708


@register
class DoorClose(base.SawyerTask):
    """A door that stands open at a right angle; the hand must swing it shut."""

    spec = base.sawyer_spec(
        "door-close",
        "Swing the open door shut until its handle is within 8 cm of the goal position.",
        Field("handle_pos", "position of the door's handle", (3,), "m"),
        Field("door_angle", "angle of the door: 0 shut, about -1.57 wide open", unit="rad"),
        tags=("easy",),
    )
    draws = 3
    scene_file = "sawyer_door_pull.xml"
    sensors = (geom_pos("handle_pos", "handle"), joint_pos("door_angle", "doorjoint"))
    movable = ("door",)
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([-0.5, 0.6, 0.2], np.float32)
    success_radius = 0.08
    start_low = np.array([0.0, 0.85, 0.15])
    start_high = np.array([0.1, 0.95, 0.15])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the safe at `start` (n, 3) m with its door open."""
        self.place_body(worlds, "door", start)
        self.place_joint(worlds, "door_link", START_ANGLE)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """Near the handle's place when the door is shut."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the handle and the goal."""
        return np.linalg.norm(self.batch.sensor("handle_pos") - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """Push straight to the goal: the open door stands in between, and turns with the hand."""
        return script.move(self.tcp_pos(), self.goal_pos, script.CLOSE)
