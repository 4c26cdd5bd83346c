"""Slide a window shut: Meta-World's window-close (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script

START_OPENING = 0.2
LEFT = np.array([-1.0, 0.0, 0.0])


@register
class WindowClose(base.SawyerTask):
    """A sliding window that stands open by 20 cm; the hand must push its handle to the left (-x)."""

    spec = base.sawyer_spec(
        "window-close",
        "Slide the window shut: push its handle along -x until its x is within 5 cm of the goal's x.",
        Field("handle_pos", "point beside the window's handle, on the side to push from", (3,), "m"),
        tags=("easy",),
    )
    draws = 3
    scene_file = "sawyer_window_horizontal.xml"
    sensors = (site_pos("handle_pos", "handleCloseStart"),)
    movable = ("window",)
    # Single precision, as in the original: in double the hand would settle a few nm away.
    hand_init_pos = np.array([0.0, 0.4, 0.2], np.float32)
    success_radius = 0.05
    start_low = np.array([0.0, 0.75, 0.2])
    start_high = np.array([0.0, 0.9, 0.2])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the open window at `start` (n, 3) m."""
        self.place_body(worlds, "window", start)
        self.place_joint(worlds, "windowb_a", START_OPENING)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The window's centre, which the handle of the shut window is 1 cm from."""
        return start

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along the rail between the handle and the goal; height and depth don't count."""
        return np.abs(self.batch.sensor("handle_pos")[:, 0] - self.goal_pos[:, 0])

    def scripted_actions(self) -> np.ndarray:
        """Come down to the right of the handle with closed fingers and push to the left."""
        return script.push_along(self.tcp_pos(), self.batch.sensor("handle_pos"), LEFT)
