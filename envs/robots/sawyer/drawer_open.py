"""Pull a drawer open: Meta-World's drawer-open (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos
from . import base, script

HANDLE_OFFSET = np.array([0.0, -0.16, 0.0])
GOAL_OFFSET = np.array([0.0, -0.36, 0.09])
TOWARDS = np.array([0.0, -1.0, 0.0])


@register
class DrawerOpen(base.SawyerTask):
    """A closed drawer on the table; the hand must pull its handle towards the robot."""

    spec = base.sawyer_spec(
        "drawer-open",
        "Pull the drawer open by its handle until the handle is within 3 cm of the goal position.",
        Field("handle_pos", "position of the drawer's handle", (3,), "m"),
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_drawer.xml"
    sensors = (body_pos("drawer_pos", "drawer_link"),)
    movable = ("drawer",)
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([0.0, 0.6, 0.2], np.float32)
    # The goal lies 19 cm from the closed handle, the slide ends after 16 cm: only a drawer pulled out to its
    # stop succeeds.
    success_radius = 0.03
    start_low = np.array([-0.1, 0.9, 0.0])
    start_high = np.array([0.1, 0.9, 0.0])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the closed drawer at `start` (n, 3) m."""
        self.place_body(worlds, "drawer", start)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The handle's place when the drawer is open."""
        return start + GOAL_OFFSET

    def own_fields(self) -> dict[str, np.ndarray]:
        """The handle."""
        return {"handle_pos": self._handle_pos()}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the handle and the goal."""
        return np.linalg.norm(self._handle_pos() - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """Come down astride the handle with open fingers, and pull."""
        return script.push_along(
            self.tcp_pos(), self._handle_pos(), TOWARDS, gap=0.0, lead=0.08, gripper=script.OPEN
        )

    def _handle_pos(self) -> np.ndarray:
        return self.batch.sensor("drawer_pos") + HANDLE_OFFSET
