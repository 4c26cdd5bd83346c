"""Unlock a door by turning its bolt up: Meta-World's door-unlock (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script

GOAL_OFFSET = np.array([0.1, -0.158, 0.061])
HAND_LOW = np.array([-0.5, 0.40, -0.15])
# Meta-World's own rounding of a right angle.
LOCKED_ANGLE = 1.5708
RIGHT = np.array([1.0, 0.0, 0.0])
# From the bolt's end to where the finger tips push, in m: in front, since the hand must clear the door.
REAR_FINGER = np.array([0.0, -0.017, -0.05])


@register
class DoorUnlock(base.SawyerTask):
    """A door whose bolt points down; the hand must turn it level by a quarter."""

    spec = base.sawyer_spec(
        "door-unlock",
        "Unlock the door: turn its bolt level until the x of the bolt's end is within 2 cm of the goal's x.",
        Field("bolt_pos", "point on the bolt's free end, on its left while the door is locked", (3,), "m"),
        base.TCP_START_FIELD,
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_door_lock.xml"
    sensors = (site_pos("bolt_pos", "lockStartUnlock"),)
    movable = ("door",)
    hand_low = HAND_LOW
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([0.0, 0.6, 0.2], np.float32)
    settles_beside_object = True
    success_radius = 0.02
    start_low = np.array([-0.1, 0.8, 0.15])
    start_high = np.array([0.1, 0.85, 0.15])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the locked door at `start` (n, 3) m."""
        self.place_body(worlds, "door", start)
        self.place_joint(worlds, "lock_link", LOCKED_ANGLE)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """Near the bolt's end when the door is unlocked."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along x between the bolt's end and the goal."""
        return np.abs(self.goal_pos[:, 0] - self.batch.sensor("bolt_pos")[:, 0])

    def scripted_actions(self) -> np.ndarray:
        """Come down to the left of the bolt with closed fingers and push it right with the rear one."""
        below_end = self.batch.sensor("bolt_pos") + REAR_FINGER
        return script.push_along(self.tcp_pos(), below_end, RIGHT)
