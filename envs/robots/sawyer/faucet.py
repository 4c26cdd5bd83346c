"""What Meta-World's two faucet tasks share: a handle on a vertical axis, turned from the side."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from . import base
from .script import CLOSE, at_height, first_of, move, off_axis

# The handle's tip describes a circle of this radius in m about the faucet's axis, at this height.
HANDLE_LENGTH = 0.175
GOAL_HEIGHT = 0.125
# The official observation's point lies a centimetre below the site on the handle.
BELOW_SITE = np.array([0.0, 0.0, -0.01])
# The script pushes near the handle's end, from a finger's width beside it.
PUSHED_AT = 0.15
BESIDE = 0.05
PUSHING_HEIGHT = 0.145


class FaucetTask(base.SawyerTask):
    """A faucet whose handle points at the robot; the hand must turn it to one side.

    Attributes:
        direction: +1 where the handle is to be turned to +x, -1 where to -x.
        judged_offset: (3,) m from the field ``handle_pos`` to the point that must come to the goal.
    """

    direction: ClassVar[int]
    judged_offset: ClassVar[np.ndarray] = np.zeros(3)
    draws = 3
    scene_file = "sawyer_faucet.xml"
    movable = ("faucetBase",)
    hand_low = np.array([-0.5, 0.40, -0.15])
    hand_init_pos = np.array([0.0, 0.4, 0.2])
    success_radius = 0.07

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the faucet at `start` (n, 3) m."""
        self.place_body(worlds, "faucetBase", start)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The place of the handle's tip after a quarter turn."""
        return start + np.array([self.direction * HANDLE_LENGTH, 0.0, GOAL_HEIGHT])

    def own_fields(self) -> dict[str, np.ndarray]:
        """The handle."""
        return {"handle_pos": self._handle_pos()}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the judged point of the handle and the goal."""
        return np.linalg.norm(self._handle_pos() + self.judged_offset - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): come down beside the handle with closed fingers and follow its circle."""
        hand = self.batch.sensor("hand_pos")
        axis = self.goal_pos - np.array([self.direction * HANDLE_LENGTH, 0.0, 0.0])
        along = at_height(self._handle_pos() - axis, 0.0)
        along /= np.linalg.norm(along, axis=-1, keepdims=True)
        sideways = self.direction * np.stack([-along[:, 1], along[:, 0], along[:, 2]], axis=-1)
        pushed = at_height(axis + PUSHED_AT * along, PUSHING_HEIGHT)
        beside = pushed - BESIDE * sideways
        far = off_axis(hand, beside, (0, 1)) > 0.05
        above = hand[:, 2] > PUSHING_HEIGHT + 0.03
        point = first_of([(far, at_height(beside, 0.25)), (above, beside)], otherwise=pushed + 0.1 * sideways)
        return move(hand, point, CLOSE)

    def _handle_pos(self) -> np.ndarray:
        return self.batch.sensor("handle_site_pos") + BELOW_SITE
