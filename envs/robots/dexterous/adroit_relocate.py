"""Pick up a ball and carry it through the air: AdroitHandRelocate of Gymnasium-Robotics."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos
from . import adroit

SUCCESS_RADIUS = 0.1
BALL_LOW, BALL_HIGH = np.array([-0.15, -0.15]), np.array([0.15, 0.3])
GOAL_LOW, GOAL_HIGH = np.array([-0.2, -0.2, 0.15]), np.array([0.2, 0.2, 0.35])


@register
class AdroitRelocate(adroit.AdroitTask):
    """A ball on the table and a goal in the air; the forearm moves freely."""

    spec = adroit.adroit_spec(
        "adroit-relocate",
        f"Grasp the ball and carry it to within {SUCCESS_RADIUS} m of the goal position in the air.",
        (
            "forearm sideways",
            "forearm up and down",
            "forearm forwards",
            "forearm turn about its x axis",
            "forearm turn about its y axis",
            "forearm turn about its long axis",
        ),
        Field("forearm_slides", "how far the forearm is moved along its own three axes", (3,), "m"),
        Field("ball_pos", "position of the ball", (3,), "m"),
        Field("goal_pos", "where the ball shall be", (3,), "m"),
        slides=3,
        metric="share of the way from the start to the goal: 0 at the start, 1 at the goal",
    )
    draws = 5
    scene_file = "adroit_relocate.xml"
    sensors = (body_pos("ball_pos", "Object"),)
    slides = 3

    def place(self, worlds: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
        """Put the ball on the table, and its goal above it.

        Gymnasium-Robotics moves the frame of the ball's joints instead of the joints: the same place.
        """
        ball = BALL_LOW + (BALL_HIGH - BALL_LOW) * draws[:, :2]
        self.batch.qpos[worlds, -6:-4] = ball
        goal = GOAL_LOW + (GOAL_HIGH - GOAL_LOW) * draws[:, 2:]
        self.batch.sense(worlds)
        start = self.batch.sensor("ball_pos")[worlds]
        return {"goal_pos": goal, "distance_at_start": np.linalg.norm(start - goal, axis=-1)}

    def own_fields(self) -> dict[str, np.ndarray]:
        """The forearm's slides."""
        return {"forearm_slides": self.batch.qpos[:, :3].copy()}

    def success(self) -> np.ndarray:
        """(B,) bool: whether the ball is near its goal."""
        return self._ball_to_goal() < SUCCESS_RADIUS

    def metric(self) -> np.ndarray:
        """(B,) share of the ball's way."""
        return 1.0 - self._ball_to_goal() / self._noted["distance_at_start"]

    def _ball_to_goal(self) -> np.ndarray:
        return np.linalg.norm(self.batch.sensor("ball_pos") - self._noted["goal_pos"], axis=-1)
