"""Press a button down into its box: Meta-World's button-press-topdown (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos
from . import base, script

BUTTON_OFFSET = np.array([0.0, 0.0, 0.193])
# The site "hole" of the scene; its digits come from a box that is turned by a rounded right angle.
GOAL_OFFSET = np.array([0.0, -7.963267107e-05, 0.09999996829318])
DOWN = np.array([0.0, 0.0, -1.0])


@register
class ButtonPressTopdown(base.SawyerTask):
    """A box with a button on top; the hand must push it down."""

    spec = base.sawyer_spec(
        "button-press-topdown",
        "Press the button down into its box until its z is within 2.4 cm of the goal's z.",
        Field("button_pos", "centre of the button's face", (3,), "m"),
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_button_press_topdown.xml"
    sensors = (body_pos("button_body_pos", "button"),)
    movable = ("box",)
    # Single precision, as in the original: in double the hand would settle a few nm away.
    hand_init_pos = np.array([0.0, 0.4, 0.2], np.float32)
    success_radius = 0.024
    start_low = np.array([-0.1, 0.8, 0.115])
    start_high = np.array([0.1, 0.9, 0.115])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the box at `start` (n, 3) m; its button is out, as it has settled."""
        self.place_body(worlds, "box", start)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The hole into which the button goes."""
        return start + GOAL_OFFSET

    def own_fields(self) -> dict[str, np.ndarray]:
        """The button."""
        return {"button_pos": self._button_pos()}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along the button's travel to the goal; the other axes don't count."""
        return np.abs(self.goal_pos[:, 2] - self._button_pos()[:, 2])

    def scripted_actions(self) -> np.ndarray:
        """Go above the button with closed fingers and press down."""
        return script.push_along(self.tcp_pos(), self._button_pos(), DOWN)

    def _button_pos(self) -> np.ndarray:
        return self.batch.sensor("button_body_pos") + BUTTON_OFFSET
