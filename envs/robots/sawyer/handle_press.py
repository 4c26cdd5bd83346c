"""Press a handle down: Meta-World's handle-press (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script

GOAL_OFFSET = np.array([0.0, -0.216, 0.075])
# A millimetre below its upper stop.
START_SLIDE = -0.001
DOWN = np.array([0.0, 0.0, -1.0])


@register
class HandlePress(base.SawyerTask):
    """A box with a handle that points at the robot; the hand must press it down."""

    spec = base.sawyer_spec(
        "handle-press",
        "Press the handle down until its z is within 2 cm of the goal's z.",
        Field("handle_pos", "point on top of the handle's end", (3,), "m"),
        base.TCP_START_FIELD,
        tags=("easy",),
    )
    draws = 3
    scene_file = "sawyer_handle_press.xml"
    sensors = (site_pos("handle_pos", "handleStart"),)
    movable = ("box",)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    settles_beside_object = True
    success_radius = 0.02
    start_low = np.array([-0.1, 0.8, -0.001])
    start_high = np.array([0.1, 0.9, 0.001])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the box at `start` (n, 3) m with its handle up."""
        self.place_body(worlds, "box", start)
        self.place_joint(worlds, "handle_link", START_SLIDE)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The handle's place when it is pressed down."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) difference in height in m between the handle and the goal."""
        return np.abs(self.batch.sensor("handle_pos")[:, 2] - self.goal_pos[:, 2])

    def scripted_actions(self) -> np.ndarray:
        """Go above the handle's end with closed fingers and press down."""
        return script.push_along(self.tcp_pos(), self.batch.sensor("handle_pos"), DOWN)
