"""Press a button into its box: Meta-World's button-press (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos
from . import base, script

BUTTON_OFFSET = np.array([0.0, -0.193, 0.0])
GOAL_OFFSET = np.array([0.0, -0.1, 0.0])
AWAY = np.array([0.0, 1.0, 0.0])


@register
class ButtonPress(base.SawyerTask):
    """A box with a button on the side that faces the robot; the hand must push it in, along +y."""

    spec = base.sawyer_spec(
        "button-press",
        "Press the button into its box, along +y, until its y is within 2 cm of the goal's y.",
        Field("button_pos", "centre of the button's face", (3,), "m"),
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_button_press.xml"
    sensors = (body_pos("button_body_pos", "button"),)
    movable = ("box",)
    # Single precision, as in the original: in double the hand would settle a few nm away.
    hand_init_pos = np.array([0.0, 0.4, 0.2], np.float32)
    # The goal lies 9.3 cm behind the button, whose slide is stiff beyond 6 cm: success asks for a firm push.
    success_radius = 0.02
    start_low = np.array([-0.1, 0.85, 0.115])
    start_high = np.array([0.1, 0.9, 0.115])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the box at `start` (n, 3) m with its button out."""
        self.place_body(worlds, "box", start)
        self.place_joint(worlds, "button", 0.0)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The hole into which the button goes."""
        return start + GOAL_OFFSET

    def own_fields(self) -> dict[str, np.ndarray]:
        """The button."""
        return {"button_pos": self._button_pos()}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along the button's travel to the goal; the other axes don't count."""
        return np.abs(self.goal_pos[:, 1] - self._button_pos()[:, 1])

    def scripted_actions(self) -> np.ndarray:
        """Come down before the button with closed fingers and push it in."""
        return script.push_along(self.tcp_pos(), self._button_pos(), AWAY)

    def _button_pos(self) -> np.ndarray:
        return self.batch.sensor("button_body_pos") + BUTTON_OFFSET
