"""Press a handle down that points to the right: Meta-World's handle-press-side (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script

# The site "goalPress" of the scene; its digits come from a box that is turned by a rounded right angle.
GOAL_OFFSET = np.array([0.2159999315132763, -0.0001720065695184, 0.075])
# A millimetre below its upper stop.
START_SLIDE = -0.001
DOWN = np.array([0.0, 0.0, -1.0])


@register
class HandlePressSide(base.SawyerTask):
    """A box on the left with a handle that points to the right; the hand must press it down."""

    spec = base.sawyer_spec(
        "handle-press-side",
        "Press the handle down until its z is within 2 cm of the goal's z.",
        Field("handle_pos", "point on top of the handle's end", (3,), "m"),
        base.TCP_START_FIELD,
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_handle_press_sideways.xml"
    sensors = (site_pos("handle_pos", "handleStart"),)
    movable = ("box",)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    settles_beside_object = True
    success_radius = 0.02
    start_low = np.array([-0.35, 0.65, -0.001])
    start_high = np.array([-0.25, 0.75, 0.001])

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
