"""Lock a door by turning its bolt down: Meta-World's door-lock (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script
from .arm_scene import PAD_SENSORS

GOAL_OFFSET = np.array([0.0, -0.158, -0.039])
# The bolt's pivot, seen from the goal, in m.
PIVOT = np.array([0.0, 0.04, 0.1])
HAND_LOW = np.array([-0.5, 0.40, -0.15])


@register
class DoorLock(base.SawyerTask):
    """A door whose bolt lies level; the hand must turn it down by a quarter."""

    spec = base.sawyer_spec(
        "door-lock",
        "Lock the door: turn its bolt down until the z of the bolt's end is within 2 cm of the goal's z.",
        Field("bolt_pos", "point on the bolt's free end, on top while the door is unlocked", (3,), "m"),
        *base.PAD_FIELDS[:1],
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_door_lock.xml"
    sensors = (site_pos("bolt_pos", "lockStartLock"), PAD_SENSORS[0])
    movable = ("door",)
    hand_low = HAND_LOW
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([0.0, 0.6, 0.2], np.float32)
    settles_beside_object = True
    steps_after_placing = 1
    success_radius = 0.02
    start_low = np.array([-0.1, 0.8, 0.15])
    start_high = np.array([0.1, 0.85, 0.15])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the unlocked door at `start` (n, 3) m."""
        self.place_body(worlds, "door", start)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """Below the bolt's pivot, at the height of its end when the door is locked."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) difference in height in m between the bolt's end and the goal."""
        return np.abs(self.goal_pos[:, 2] - self.batch.sensor("bolt_pos")[:, 2])

    def scripted_actions(self) -> np.ndarray:
        """Come down on the bolt's end with closed fingers and push along its circle."""
        bolt = self.batch.sensor("bolt_pos")
        arm = bolt - self.goal_pos - PIVOT
        turning = np.stack([arm[:, 2], np.zeros(len(arm)), -arm[:, 0]], axis=-1)
        turning /= np.linalg.norm(turning, axis=-1, keepdims=True)
        return script.push_along(self.tcp_pos(), bolt, turning)
