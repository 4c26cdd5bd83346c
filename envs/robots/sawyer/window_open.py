"""Slide a window open: Meta-World's window-open (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base, script

GOAL_OFFSET = np.array([0.2, 0.0, 0.0])
RIGHT = np.array([1.0, 0.0, 0.0])


@register
class WindowOpen(base.SawyerTask):
    """A shut sliding window; the hand must push its handle to the right (+x)."""

    spec = base.sawyer_spec(
        "window-open",
        "Slide the window open: push its handle along +x until its x is within 5 cm of the goal's x.",
        Field("handle_pos", "point 3 cm before the window's handle, on the side to push from", (3,), "m"),
        tags=("easy",),
    )
    draws = 3
    scene_file = "sawyer_window_horizontal.xml"
    sensors = (site_pos("handle_pos", "handleOpenStart"),)
    movable = ("window",)
    # Single precision, as in the original: in double the hand would settle a few nm away.
    hand_init_pos = np.array([0.0, 0.4, 0.2], np.float32)
    success_radius = 0.05
    start_low = np.array([-0.1, 0.7, 0.16])
    start_high = np.array([0.1, 0.9, 0.16])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the shut window at `start` (n, 3) m."""
        self.place_body(worlds, "window", start)
        self.place_joint(worlds, "windowb_a", 0.0)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """20 cm along the rail from the window's centre."""
        return start + GOAL_OFFSET

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along the rail between the handle and the goal; height and depth don't count."""
        return np.abs(self.batch.sensor("handle_pos")[:, 0] - self.goal_pos[:, 0])

    def scripted_actions(self) -> np.ndarray:
        """Come down to the left of the handle with closed fingers and push to the right."""
        return script.push_along(self.tcp_pos(), self.batch.sensor("handle_pos"), RIGHT)
