"""Raise a lever: Meta-World's lever-pull (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import joint_pos, site_pos
from . import base
from .script import CLOSE, first_of, move, off_axis

GOAL_OFFSET = np.array([0.12, 0.0, 0.45])
UPRIGHT = np.pi / 2.0
# The hand lifts the lever's knob from below, standing a little nearer to the robot.
BEFORE_KNOB = np.array([0.0, -0.055, 0.0])
UNDER_KNOB = np.array([0.0, -0.055, -0.1])


@register
class LeverPull(base.SawyerTask):
    """A lever that points at the robot; the hand must raise it until it points straight up."""

    spec = base.sawyer_spec(
        "lever-pull",
        "Raise the lever until it points straight up: its angle within 7.5 degrees (pi / 24) of pi / 2.",
        Field("lever_pos", "centre of the knob at the lever's end", (3,), "m"),
        Field("lever_angle", "angle of the lever: 0 horizontal, about 1.57 upright", unit="rad"),
        metric="share of the angle from the start to upright: 0 at the start, 1 upright, below 0 farther off",
        tags=("hard",),
    )
    draws = 3
    scene_file = "sawyer_lever_pull.xml"
    sensors = (site_pos("lever_pos", "leverStart"), joint_pos("lever_axis", "LeverAxis"))
    movable = ("lever",)
    hand_low = np.array([-0.5, 0.40, -0.15])
    # Single precision, as in the original: in double the hand would settle a few nm away.
    hand_init_pos = np.array([0.0, 0.4, 0.2], np.float32)
    # An angle in rad here.
    success_radius = np.pi / 24.0
    start_low = np.array([-0.1, 0.7, 0.0])
    start_high = np.array([0.1, 0.8, 0.0])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the lever's base at `start` (n, 3) m; the lever keeps the angle at which it has settled."""
        self.place_body(worlds, "lever", start)

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The knob's place when the lever is upright."""
        return start + GOAL_OFFSET

    def own_fields(self) -> dict[str, np.ndarray]:
        """The lever's angle."""
        return {"lever_angle": self._lever_angle()}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) angle in rad between the lever and the vertical."""
        return np.abs(self._lever_angle() - UPRIGHT)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): come under the knob with closed fingers and lift it along its circle."""
        hand, knob = self.batch.sensor("hand_pos"), self.batch.sensor("lever_pos")
        angle = self._lever_angle()
        along_circle = np.stack([np.zeros_like(angle), np.sin(angle), np.cos(angle)], axis=-1)
        aside = off_axis(hand, knob + BEFORE_KNOB, (0, 1)) > 0.03
        resting = angle < 0.05
        point = first_of(
            [(aside & resting, knob + UNDER_KNOB)], otherwise=knob + BEFORE_KNOB + 0.1 * along_circle
        )
        return move(hand, point, CLOSE)

    def _lever_angle(self) -> np.ndarray:
        return -self.batch.sensor("lever_axis")[:, 0]
