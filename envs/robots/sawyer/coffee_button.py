"""Press a coffee machine's button: Meta-World's coffee-button (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base
from .script import CLOSE, first_of, move, off_axis

MUG_OFFSET = np.array([0.0, -0.22, 0.0])
BUTTON_OFFSET = np.array([0.0, -0.22, 0.3])
TRAVEL = np.array([0.0, 0.03, 0.0])
# From the finger tips to the hand.
ABOVE_TIPS = np.array([0.0, 0.0, 0.045])


@register
class CoffeeButton(base.SawyerTask):
    """A coffee machine, with a mug under its spout; the hand must push the button on its front."""

    spec = base.sawyer_spec(
        "coffee-button",
        "Press the coffee machine's button, along +y, until its y is within 2 cm of the goal's y.",
        Field("button_pos", "centre of the button's face", (3,), "m"),
        tags=("easy",),
    )
    draws = 3
    scene_file = "sawyer_coffee.xml"
    sensors = (site_pos("button_pos", "buttonStart"),)
    movable = ("coffee_machine",)
    hand_init_pos = np.array([0.0, 0.4, 0.2])
    success_radius = 0.02
    start_low = np.array([-0.1, 0.8, -0.001])
    start_high = np.array([0.1, 0.9, 0.001])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the machine at `start` (n, 3) m and the mug under its spout."""
        self.place_body(worlds, "coffee_machine", start)
        self.batch.qpos[worlds, :3] = start + MUG_OFFSET
        # The original means to stop the mug, but stops the arm from its fourth joint on and the fingers.
        self.batch.qvel[worlds, 9:15] = 0.0

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The place of the button's face when it is pressed."""
        return start + BUTTON_OFFSET + TRAVEL

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m along the button's travel to the goal; the other axes don't count."""
        return np.abs(self.goal_pos[:, 1] - self.batch.sensor("button_pos")[:, 1])

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): rise before the button with closed fingers, then push it."""
        hand, button = self.batch.sensor("hand_pos"), self.batch.sensor("button_pos")
        pushing = button + ABOVE_TIPS
        before = pushing.copy()
        before[:, 1] = hand[:, 1]
        aside = off_axis(hand, pushing, (0, 2)) > 0.02
        return move(hand, first_of([(aside, before)], otherwise=pushing + np.array([0.0, 0.1, 0.0])), CLOSE)
