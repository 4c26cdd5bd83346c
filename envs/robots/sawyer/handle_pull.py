"""Pull a handle up: Meta-World's handle-pull (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base
from .arm_scene import PAD_SENSORS
from .script import CLOSE, OPEN, at_height, first_of, move, off_axis

GOAL_OFFSET = np.array([0.0, -0.216, 0.172])
LOWER_STOP = -0.1
# A hand that leads the handle by more pulls the fingers off the bar.
LIFT = np.array([0.0, 0.0, 0.04])


@register
class HandlePull(base.SawyerTask):
    """A box with a handle at its lower stop, which points at the robot; the hand must pull it up."""

    spec = base.sawyer_spec(
        "handle-pull",
        "Pull the handle up until its z is within 5 cm of the goal's z.",
        Field("handle_pos", "right end of the handle's bar", (3,), "m"),
        base.TCP_START_FIELD,
        *base.PAD_FIELDS,
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_handle_press.xml"
    sensors = (site_pos("handle_pos", "handleRight"), *PAD_SENSORS)
    movable = ("box",)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    settles_beside_object = True
    success_radius = 0.05
    start_low = np.array([-0.1, 0.8, -0.001])
    start_high = np.array([0.1, 0.9, 0.001])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the box at `start` (n, 3) m with its handle down."""
        self.place_body(worlds, "box", start)
        self.place_joint(worlds, "handle_link", LOWER_STOP)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The middle of the bar at the handle's upper stop."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) difference in height in m between the handle and the goal."""
        return np.abs(self.goal_pos[:, 2] - self.batch.sensor("handle_pos")[:, 2])

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): come down on the bar's end with open fingers, close them around it and lift gently."""
        hand, handle = self.batch.sensor("hand_pos"), self.batch.sensor("handle_pos")
        aside = off_axis(hand, handle, (0, 1)) > 0.02
        above = hand[:, 2] > handle[:, 2] + 0.03
        gripped = self.fields()["gripper_openness"] < 0.7
        point = first_of(
            [(aside, at_height(handle, 0.25)), (above | ~gripped, handle)], otherwise=handle + LIFT
        )
        return move(hand, point, np.where(aside | above, OPEN, CLOSE))
