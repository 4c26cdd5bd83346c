"""Slide a plate into a small goal: Meta-World's plate-slide (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import geom_pos
from . import base
from .script import CLOSE, at_height, first_of, move, off_axis

BEHIND_PLATE = np.array([0.0, -0.085, 0.0])
PUSHING_HEIGHT = 0.065


@register
class PlateSlide(base.SawyerTask):
    """A plate that slides on the table, and a net as in ice hockey; the hand must push the plate in."""

    spec = base.sawyer_spec(
        "plate-slide",
        "Slide the plate along the table into the net: bring its centre to within 7 cm of the goal position.",
        Field("plate_pos", "centre of the plate", (3,), "m"),
        tags=("hard",),
    )
    draws = 6
    scene_file = "sawyer_plate_slide.xml"
    sensors = (geom_pos("plate_pos", "puck"),)
    movable = ("puck_goal",)
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([0.0, 0.6, 0.2], np.float32)
    success_radius = 0.07
    # The plate, which always starts at the same place, and the net.
    start_low = np.array([0.0, 0.6, 0.0, -0.1, 0.85, 0.0])
    start_high = np.array([0.0, 0.6, 0.0, 0.1, 0.9, 0.0])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the net at `start[:, 3:]` m; the plate stands where its slides are at 0."""
        self.place_body(worlds, "puck_goal", start[:, 3:])

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The middle of the net."""
        return start[:, 3:]

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the plate and the goal."""
        return np.linalg.norm(self.batch.sensor("plate_pos") - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): come down before the plate with closed fingers and push it, leaning towards the goal."""
        hand, plate = self.batch.sensor("hand_pos"), self.batch.sensor("plate_pos")
        behind = at_height(plate + BEHIND_PLATE, PUSHING_HEIGHT)
        far = off_axis(hand, behind, (0, 1)) > 0.06
        above = hand[:, 2] > PUSHING_HEIGHT + 0.03
        onwards = at_height(2.0 * self.goal_pos - plate, PUSHING_HEIGHT)
        point = first_of([(far, at_height(behind, 0.2)), (above, behind)], otherwise=onwards)
        return move(hand, point, CLOSE)
